/** Contexts, the steps that they run, locks, slabs, lockdep, and what happens at BUG(). */
@NullMarked
package diorama.kernel.sched;

import org.jspecify.annotations.NullMarked;
