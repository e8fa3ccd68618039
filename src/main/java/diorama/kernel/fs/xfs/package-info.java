/**
 * fs/xfs (4.13), as far as direct I/O over fs/iomap.c and its neighbours in the page cache see it:
 * the IOLOCK, extents with an unwritten state, and what end_io does with them.
 *
 * <p>There is no log. An allocation and a conversion are one atomic step on the extent map, which
 * nothing takes to the disk, so a power cut cannot be modelled. Blocks of a buffered write are
 * allocated by {@code ->write_begin}, unwritten, and made written by {@code ->writepage}; the
 * kernel reserves them first and allocates in {@code ->writepage}, which a reader cannot tell
 * apart.
 */
@NullMarked
package diorama.kernel.fs.xfs;

import org.jspecify.annotations.NullMarked;
