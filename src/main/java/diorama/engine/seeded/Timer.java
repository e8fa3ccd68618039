package diorama.engine.seeded;

import akka.actor.Cancellable;
import diorama.engine.ActorId;
import org.jspecify.annotations.Nullable;

/**
 * A timer of a machine. What it tells is stamped as sent by the actor that armed it, when it was
 * armed.
 */
final class Timer implements Cancellable {
  final @Nullable SeededQueue source;
  final long sequence;
  final long due;

  /** How many timers were armed before it: those due at the same time fire in that order. */
  final long arrival;

  /** The causal chain that its message continues. */
  final Chain chain;

  final Runnable task;
  private final World world;
  private boolean cancelled;

  /** Whether it has fired: then a message of its own is on its way. */
  boolean fired;

  Timer(
      World world,
      @Nullable SeededQueue source,
      long sequence,
      long due,
      long arrival,
      Runnable task,
      Chain chain) {
    this.chain = chain;
    this.world = world;
    this.source = source;
    this.sequence = sequence;
    this.due = due;
    this.arrival = arrival;
    this.task = task;
  }

  boolean isBefore(Timer other) {
    return due < other.due || (due == other.due && arrival < other.arrival);
  }

  @Override
  public boolean cancel() {
    if (fired || cancelled) {
      return false;
    }
    cancelled = true;
    world.cancelled(this);
    return true;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  long source() {
    return source == null ? ActorId.OUTSIDE : source.id();
  }

  @Override
  public String toString() {
    return "timer " + (source == null ? "outside" : source.path()) + "#" + sequence + " at " + due;
  }
}
