package diorama.engine;

/**
 * One message handed to an actor.
 *
 * @param number how many messages this actor had been handed before, since it was started
 * @param sender the {@link ActorId} of the actor that sent it, or {@link ActorId#OUTSIDE}
 * @param sequence the how manieth message of that sender it was, counted from 1 over all of its
 *     receivers; 0 when the sender is outside, because several threads there have no common order
 */
public record Delivery(long number, long sender, long sequence) {}
