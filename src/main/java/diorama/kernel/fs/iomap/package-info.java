/**
 * fs/iomap.c, since 5.5 fs/iomap/direct-io.c: direct I/O for file systems that tell of extents
 * rather than of blocks (4.10).
 */
@NullMarked
package diorama.kernel.fs.iomap;

import org.jspecify.annotations.NullMarked;
