package diorama.trace.export;

/**
 * A step of one context that a step of another one follows from.
 *
 * @param from the entry of the history that came first
 * @param to the entry that knew of it
 * @param what the message that the first context told of it with, and the object that it told, if
 *     the second one was not told itself
 */
public record Cause(long from, long to, String what) {}
