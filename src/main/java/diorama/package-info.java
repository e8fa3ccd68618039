/** A working miniature of the Linux direct-I/O path. */
@NullMarked
package diorama;

import org.jspecify.annotations.NullMarked;
