package diorama.engine.natural;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.actor.Scheduler.TaskRunOnClose;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import diorama.engine.EngineThread;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;
import scala.util.control.NonFatal;

/**
 * A scheduler that is late by microseconds, where Akka's own is late by a tick of 10 ms or two.
 * Named in {@code akka.scheduler.implementation}; its settings are in {@code
 * diorama.engine.natural.scheduler}.
 *
 * <p>One thread sleeps until shortly before the next timer is due and, when there are processors to
 * spare, watches the clock from there. It hands the task to the timer's execution context; for the
 * timers of typed actors that context runs it right here, and it is a tell.
 *
 * <p>Delays are kept in nanoseconds, none is rounded. Timers that are due at the same time fire in
 * the order in which they were armed. A delay of zero goes through the thread as well.
 *
 * <p>The message of a timer that an actor arms once is stamped as one that the actor sent when it
 * armed the timer: a record names it so. What a repeating timer sends comes from outside.
 */
public final class MicroScheduler extends AbstractScheduler implements Closeable {
  /** Half the range of the clock, 146 years: differences of due times stay positive. */
  private static final long FOREVER = Long.MAX_VALUE / 2;

  private final LoggingAdapter logger;
  private final long spinNanos;
  private final boolean slack;
  private final long shutdownMillis;
  private final Ticker thread;

  /** The timers that wait; its lock guards also {@code closed}. */
  private final TimerHeap heap = new TimerHeap();

  private boolean closed;

  /** When the thread has to look at the heap again. */
  private volatile long next;

  /** Whether the thread sleeps, or is about to, and has to be woken for something sooner. */
  private volatile boolean parked;

  /** Called by Akka, once for each system. */
  public MicroScheduler(Config config, LoggingAdapter logger, ThreadFactory threads) {
    this.logger = logger;
    Config engine = config.getConfig("diorama.engine.natural");
    Config settings = engine.getConfig("scheduler");
    spinNanos =
        spins(settings.getString("spin-if"), Cores.orAll(engine.getInt("parallelism")))
            ? settings.getDuration("spin", TimeUnit.NANOSECONDS)
            : 0;
    slack = settings.getBoolean("minimise-timer-slack");
    shutdownMillis = config.getDuration("akka.scheduler.shutdown-timeout", TimeUnit.MILLISECONDS);
    next = System.nanoTime() + FOREVER;
    thread = new Ticker(threads.newThread(() -> {}));
    thread.start();
  }

  /** The scheduler's thread, made as the thread that Akka would have made. */
  private final class Ticker extends EngineThread {
    Ticker(Thread model) {
      super(model.getName());
      setDaemon(model.isDaemon());
      setUncaughtExceptionHandler(model.getUncaughtExceptionHandler());
      setContextClassLoader(model.getContextClassLoader());
    }

    @Override
    public void run() {
      loop();
    }
  }

  private static boolean spins(String condition, int parallelism) {
    return switch (condition) {
      case "always" -> true;
      case "never" -> false;
      case "cores-to-spare" -> Cores.available() > parallelism;
      default ->
          throw new IllegalArgumentException(
              "scheduler.spin-if = " + condition + ": has to be always, never or cores-to-spare");
    };
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
    // Akka's own last tasks are told by their type.
    boolean last = task instanceof TaskRunOnClose;
    return arm(after(delay), last ? task : EngineThread.reserve(task), executor);
  }

  @Override
  @Deprecated
  public Cancellable schedule(
      FiniteDuration delay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
    RepeatingTimer timer =
        new RepeatingTimer(this, after(delay), interval.toNanos(), task, executor);
    timer.arm();
    return timer;
  }

  @Override
  public double maxFrequency() {
    return TimeUnit.SECONDS.toMicros(1);
  }

  private static long after(FiniteDuration delay) {
    return System.nanoTime() + Math.max(0, Math.min(delay.toNanos(), FOREVER));
  }

  /**
   * Arms a timer; from any thread.
   *
   * @throws IllegalStateException if the scheduler is closed, as Akka expects it
   */
  MicroTimer arm(long due, Runnable task, ExecutionContext executor) {
    MicroTimer timer = new MicroTimer(heap, due, task, executor);
    synchronized (heap) {
      if (closed) {
        throw new IllegalStateException("the scheduler is closed");
      }
      heap.add(timer);
      if (heap.first() != timer) {
        return timer;
      }
      next = due;
    }
    if (parked) {
      LockSupport.unpark(thread);
    }
    return timer;
  }

  private void loop() {
    if (slack) {
      TimerSlack.minimise(Path.of("/proc"));
    }
    while (true) {
      MicroTimer timer;
      synchronized (heap) {
        if (closed) {
          return;
        }
        timer = takeDue();
      }
      if (timer == null) {
        await();
      } else {
        fire(timer);
      }
    }
  }

  /** Takes the first timer if it is due; otherwise sets until when there is nothing to do. */
  private @Nullable MicroTimer takeDue() {
    MicroTimer first = heap.first();
    long now = System.nanoTime();
    if (first == null) {
      next = now + FOREVER;
      return null;
    }
    if (first.due - now > 0) {
      next = first.due;
      return null;
    }
    heap.remove(first);
    return first;
  }

  /** Waits until {@code next}, which may come closer meanwhile. */
  private void await() {
    for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
      if (left > spinNanos) {
        parked = true;
        // Whoever has set a sooner time before it saw that mark has not woken this thread.
        left = next - System.nanoTime();
        if (left > spinNanos) {
          LockSupport.parkNanos(this, left - spinNanos);
        }
        parked = false;
        // An interrupt that a task left behind would turn sleeping into spinning.
        Thread.interrupted();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private void fire(MicroTimer timer) {
    try {
      timer.executor().execute(timer.takeTask());
    } catch (Throwable thrown) {
      defect(thrown);
    }
  }

  /**
   * A task threw. The thread survives it; what is fatal goes where Akka decides about the system.
   */
  private void defect(Throwable thrown) {
    if (NonFatal.apply(thrown)) {
      logger.error(thrown, "a timer's task failed");
    } else {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    }
  }

  /** How many timers wait. */
  int size() {
    synchronized (heap) {
      return heap.size();
    }
  }

  /**
   * Stops the thread, and runs what Akka wants run in any case: the shutdown of dispatchers. Other
   * timers that still wait are dropped, as Akka's own scheduler drops them.
   */
  @Override
  public void close() {
    List<Runnable> last = new ArrayList<>();
    synchronized (heap) {
      closed = true;
      for (MicroTimer timer = heap.first(); timer != null; timer = heap.first()) {
        heap.remove(timer);
        if (timer.takeTask() instanceof TaskRunOnClose task) {
          last.add(task);
        }
      }
      next = System.nanoTime();
    }
    LockSupport.unpark(thread);
    awaitThread();
    for (Runnable task : last) {
      try {
        task.run();
      } catch (RuntimeException thrown) {
        defect(thrown);
      }
    }
  }

  private void awaitThread() {
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join(shutdownMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
