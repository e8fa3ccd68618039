package diorama.engine.seeded;

import akka.dispatch.Envelope;
import diorama.engine.ActorId;
import org.jspecify.annotations.Nullable;

/** A message with its stamp. */
final class Letter extends Pending {
  final SeededQueue receiver;
  final @Nullable SeededQueue sender;
  final long sequence;
  final Envelope envelope;
  final long since;

  /** The next one in the queue that it is in. */
  @Nullable Letter next;

  Letter(
      SeededQueue receiver,
      @Nullable SeededQueue sender,
      long sequence,
      Envelope envelope,
      Chain chain,
      long since) {
    super(chain);
    this.receiver = receiver;
    this.sender = sender;
    this.sequence = sequence;
    this.envelope = envelope;
    this.since = since;
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
  public long nanos() {
    return since;
  }

  @Override
  public String toString() {
    return (sender == null ? "outside" : sender.path()) + "#" + sequence + " -> " + receiver.path();
  }
}
