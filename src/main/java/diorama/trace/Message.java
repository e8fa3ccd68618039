package diorama.trace;

/**
 * A message that an actor of a machine was handed, with the stamps of its engine.
 *
 * <p>In a seeded run nothing but a timer takes time, and whatever races does so at one and the same
 * instant: the stamps tell what came of what, the times do not.
 *
 * @param sender the path of the actor that sent it, below the machine: for example {@code
 *     processes/process-301}, {@code kjournald-3} or {@code irq-0}
 * @param receiver the path of the actor that it was handed to, for example {@code dio-memory}
 * @param sequence which message of its sender, counted from 1 over all of its receivers; 0 if that
 *     is not known
 * @param what the message's name, for a person
 * @param sentNanos when it was sent, in nanoseconds of the machine's clock
 * @param deliveredNanos when it was handed over, on the same clock
 * @param after how many entries had been recorded of the machine when it was handed over, or {@link
 *     #UNKNOWN}
 */
public record Message(
    String sender,
    String receiver,
    long sequence,
    String what,
    long sentNanos,
    long deliveredNanos,
    long after) {
  /** Nobody noted how many entries there were: the times have to do. */
  public static final long UNKNOWN = -1;

  /** A message whose place in the record is known from the times alone. */
  public Message(
      String sender,
      String receiver,
      long sequence,
      String what,
      long sentNanos,
      long deliveredNanos) {
    this(sender, receiver, sequence, what, sentNanos, deliveredNanos, UNKNOWN);
  }
}
