/** User programs: what a scenario's tasks do, and the system call interface that they see. */
@NullMarked
package diorama.process;

import org.jspecify.annotations.NullMarked;
