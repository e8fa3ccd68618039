package diorama.engine.seeded;

import akka.dispatch.Envelope;
import diorama.engine.ActorId;
import org.jspecify.annotations.Nullable;

/** A message with its stamp. */
final class Letter implements Pending {
  final SeededQueue receiver;
  final @Nullable SeededQueue sender;
  final long sequence;
  final Envelope envelope;
  final long since;
  private final Chain chain;
  private long mark;

  /** Until when its context has no processor, in virtual nanoseconds; 0 if it never lost one. */
  private long notBefore;

  /** The next one in the queue that it is in. */
  @Nullable Letter next;

  Letter(
      SeededQueue receiver,
      @Nullable SeededQueue sender,
      long sequence,
      Envelope envelope,
      Chain chain,
      long since) {
    this.chain = chain;
    this.receiver = receiver;
    this.sender = sender;
    this.sequence = sequence;
    this.envelope = envelope;
    this.since = since;
  }

  long notBefore() {
    return notBefore;
  }

  void stayAway(long until) {
    notBefore = until;
  }

  @Override
  public long source() {
    return sender == null ? ActorId.OUTSIDE : sender.id();
  }

  @Override
  public long target() {
    return receiver.id();
  }

  @Override
  public long sequence() {
    return sequence;
  }

  @Override
  public long since() {
    return since;
  }

  @Override
  public Chain chain() {
    return chain;
  }

  @Override
  public long mark() {
    return mark;
  }

  @Override
  public void mark(long note) {
    mark = note;
  }

  @Override
  public String toString() {
    return (sender == null ? "outside" : sender.path()) + "#" + sequence + " -> " + receiver.path();
  }
}
