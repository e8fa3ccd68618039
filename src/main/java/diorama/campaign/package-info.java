/** Runs of many machines: what is asked, what came of it, and what can be concluded. */
@NullMarked
package diorama.campaign;

import org.jspecify.annotations.NullMarked;
