/** fs/ext3: block maps, the three data modes, and what they do between the page cache and jbd. */
@NullMarked
package diorama.kernel.fs.ext3;

import org.jspecify.annotations.NullMarked;
