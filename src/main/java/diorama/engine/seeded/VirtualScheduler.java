package diorama.engine.seeded;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.io.Closeable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * The scheduler of the seeded engine: timers of a world's actors fire in that world's virtual time,
 * those of the few other actors of the system in real time. Named in {@code
 * akka.scheduler.implementation}.
 */
public final class VirtualScheduler extends AbstractScheduler implements Closeable {
  private final ScheduledExecutorService house;

  /** Called by Akka, once for each system. */
  public VirtualScheduler(Config config, LoggingAdapter logger, ThreadFactory threads) {
    house = Executors.newSingleThreadScheduledExecutor(threads);
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
    World world = Lane.current();
    if (world != null) {
      return world.arm(delay.toNanos(), () -> executor.execute(task));
    }
    return new RealTimer(
        house.schedule(() -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS));
  }

  @Override
  @Deprecated
  public Cancellable schedule(
      FiniteDuration delay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
    if (Lane.current() != null) {
      throw new UnsupportedOperationException(
          "a repeating timer: an actor of a machine arms each of its timers itself");
    }
    return new RealTimer(
        house.scheduleAtFixedRate(
            () -> executor.execute(task),
            delay.toNanos(),
            interval.toNanos(),
            TimeUnit.NANOSECONDS));
  }

  @Override
  public double maxFrequency() {
    return TimeUnit.SECONDS.toNanos(1);
  }

  /** Runs what Akka wants run in any case: the shutdown of dispatchers. */
  @Override
  public void close() {
    for (Runnable task : house.shutdownNow()) {
      if (task instanceof TaskRunOnClose last) {
        last.run();
      }
    }
  }

  private record RealTimer(ScheduledFuture<?> future) implements Cancellable {
    @Override
    public boolean cancel() {
      return future.cancel(false);
    }

    @Override
    public boolean isCancelled() {
      return future.isCancelled();
    }
  }
}
