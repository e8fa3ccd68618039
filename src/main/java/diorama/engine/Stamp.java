package diorama.engine;

/**
 * What tells a message from all others of its system.
 *
 * @param sender who sent it
 * @param sequence which of the sender's messages it is, counted from 1 over all receivers
 */
public record Stamp(Sender sender, long sequence) {}
