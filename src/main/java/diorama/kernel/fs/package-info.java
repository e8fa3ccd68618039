/** fs/: inodes and files, read_write.c, buffer.c, direct-io.c, aio.c. */
@NullMarked
package diorama.kernel.fs;

import org.jspecify.annotations.NullMarked;
