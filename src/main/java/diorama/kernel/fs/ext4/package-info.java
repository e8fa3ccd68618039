/**
 * fs/ext4 (4.2): extents, {@code ->write_begin} and {@code ->write_end} in its three data modes,
 * and what they do between the page cache and jbd2. Without delayed allocation, as with the mount
 * option nodelalloc, which data=journal implies.
 */
@NullMarked
package diorama.kernel.fs.ext4;

import org.jspecify.annotations.NullMarked;
