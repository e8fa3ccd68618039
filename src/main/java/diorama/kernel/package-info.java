/** The emulated kernel; it knows nothing of the packages beside it. */
@NullMarked
package diorama.kernel;

import org.jspecify.annotations.NullMarked;
