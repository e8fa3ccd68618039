/**
 * The seeded engine: one thread runs a machine in virtual time, and every choice is a {@link
 * diorama.engine.seeded.Strategy}'s, so that the same choices give the same run.
 *
 * <p>A context of the kernel makes one call at a time, and what it does between two calls nobody
 * else can see. The engine therefore chooses between <em>calls</em>: a message that a context sends
 * to an object is held back until it is chosen, and is then handled at once, together with
 * everything that follows from it up to the next calls. Answers, wake-ups and what objects send one
 * another are delivered as soon as they are sent. Every order in which the sections of a machine
 * can run is an order of such choices.
 *
 * <p>Which actors are contexts is said by their mailbox type, {@code diorama-mailbox.context}.
 */
@NullMarked
package diorama.engine.seeded;

import org.jspecify.annotations.NullMarked;
