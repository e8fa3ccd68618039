/** What the kernel tells the outside: all that {@code check} and {@code trace} see of it. */
@NullMarked
package diorama.kernel.tracepoint;

import org.jspecify.annotations.NullMarked;
