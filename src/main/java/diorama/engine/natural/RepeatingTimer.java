package diorama.engine.natural;

import akka.actor.Cancellable;
import akka.actor.SchedulerException;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;

/**
 * A task at a fixed rate: each run is due one interval after the one before was due, however late
 * that one came. It is armed again after the task has returned, so that two runs never overlap; a
 * task that throws ends it.
 */
final class RepeatingTimer implements Cancellable, Runnable {
  private final MicroScheduler scheduler;
  private final long interval;
  private final Runnable task;
  private final ExecutionContext executor;

  /** When the run that is armed is due. Touched by one run at a time. */
  private long due;

  private @Nullable Cancellable armed;
  private boolean cancelled;

  RepeatingTimer(
      MicroScheduler scheduler,
      long first,
      long interval,
      Runnable task,
      ExecutionContext executor) {
    this.scheduler = scheduler;
    this.due = first;
    this.interval = interval;
    this.task = task;
    this.executor = executor;
  }

  synchronized void arm() {
    if (!cancelled) {
      armed = scheduler.arm(due, this, executor);
    }
  }

  @Override
  public void run() {
    try {
      task.run();
      due += interval;
      arm();
    } catch (SchedulerException | IllegalStateException ended) {
      // The receiver has stopped, or the scheduler is closed: both end a repetition in silence.
      cancel();
    }
  }

  @Override
  public synchronized boolean cancel() {
    boolean first = !cancelled;
    cancelled = true;
    if (armed != null) {
      armed.cancel();
    }
    return first;
  }

  @Override
  public synchronized boolean isCancelled() {
    return cancelled;
  }
}
