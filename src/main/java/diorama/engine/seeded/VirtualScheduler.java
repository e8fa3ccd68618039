package diorama.engine.seeded;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.io.Closeable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
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

  /** What still has to be run when this is closed before it is due: the shutdown of dispatchers. */
  private final Set<Runnable> last = ConcurrentHashMap.newKeySet();

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
    if (task instanceof TaskRunOnClose) {
      last.add(task);
    }
    try {
      return new RealTimer(
          house.schedule(() -> fire(task, executor), delay.toNanos(), TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException e) {
      // What Akka expects of a scheduler that is closed: it then does at once what it wanted later.
      throw new IllegalStateException("the scheduler is closed", e);
    }
  }

  private void fire(Runnable task, ExecutionContext executor) {
    last.remove(task);
    executor.execute(task);
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

  /** Runs what Akka wants run in any case. */
  @Override
  public void close() {
    house.shutdownNow();
    last.forEach(Runnable::run);
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
