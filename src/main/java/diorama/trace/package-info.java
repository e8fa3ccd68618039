/** The flight recorder of a machine, and how what it holds is shown to people. */
@NullMarked
package diorama.trace;

import org.jspecify.annotations.NullMarked;
