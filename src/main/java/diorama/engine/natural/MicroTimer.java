package diorama.engine.natural;

import akka.actor.Cancellable;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;

/**
 * Something to be run once at a time. Its state belongs to the {@link TimerHeap} that it is in, and
 * is touched with that heap's lock held only.
 */
final class MicroTimer implements Cancellable {
  /** When it is due, on the clock of {@link System#nanoTime}. */
  final long due;

  private final TimerHeap heap;
  private final ExecutionContext executor;
  private @Nullable Runnable task;
  private boolean cancelled;

  /** Where it stands in the heap's array, and -1 when it is not there. */
  int index = -1;

  /** How many timers the heap had seen before it: those due at the same time come in that order. */
  long arrival;

  MicroTimer(TimerHeap heap, long due, Runnable task, ExecutionContext executor) {
    this.heap = heap;
    this.due = due;
    this.task = task;
    this.executor = executor;
  }

  boolean isBefore(MicroTimer other) {
    long apart = due - other.due;
    return apart < 0 || (apart == 0 && arrival < other.arrival);
  }

  /** Takes it out of its heap at once: a timer that is cancelled leaves nothing behind. */
  @Override
  public boolean cancel() {
    synchronized (heap) {
      if (index < 0) {
        return false;
      }
      heap.remove(this);
      cancelled = true;
      task = null;
      return true;
    }
  }

  @Override
  public boolean isCancelled() {
    synchronized (heap) {
      return cancelled;
    }
  }

  /** What is to be run. Asked once, by whoever took it from the heap. */
  Runnable takeTask() {
    Runnable taken = task;
    task = null;
    if (taken == null) {
      throw new IllegalStateException("a timer fired twice");
    }
    return taken;
  }

  ExecutionContext executor() {
    return executor;
  }
}
