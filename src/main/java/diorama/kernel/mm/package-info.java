/** mm/: the page cache, filemap.c, truncate.c, write-back. */
@NullMarked
package diorama.kernel.mm;

import org.jspecify.annotations.NullMarked;
