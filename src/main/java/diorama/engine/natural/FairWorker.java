package diorama.engine.natural;

import diorama.engine.EngineThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a {@link FairExecutor}: runs tasks, searches for some, sleeps.
 *
 * <p>Its fields are its own but for {@code asleep}, {@code kept} and {@code turns}, which other
 * workers look at. They lie behind the many fields of {@link Thread}, so that no two workers' share
 * a cache line.
 */
final class FairWorker extends EngineThread {
  /** How often the watch looks while others work, and while nobody does, in nanoseconds. */
  private static final long WATCH = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long IDLE_WATCH = TimeUnit.MILLISECONDS.toNanos(16);

  /** After how many turns a busy worker looks after the others, a power of two: about 1 ms. */
  private static final int ROUND = 4096;

  /**
   * How many times a searching worker pauses between two looks, to leave the queue's cache lines.
   */
  private static final int PAUSES = 4;

  private static final VarHandle KEPT;
  private static final VarHandle TURNS;

  static {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      KEPT = lookup.findVarHandle(FairWorker.class, "kept", Runnable.class);
      TURNS = lookup.findVarHandle(FairWorker.class, "turns", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final FairExecutor pool;
  private final Roster roster;
  private final Overdue overdue;
  private final long spinNanos;
  private final int chain;
  private final boolean yields = Cores.available() == 1;

  /** How many tasks in a row this worker has kept for itself. */
  private int chained;

  /** What the running task submitted, to be run next. Set by this worker, taken by anybody. */
  private volatile @Nullable Runnable kept;

  /** How many tasks this worker has begun. Counted by this worker. */
  private volatile long turns;

  /** True from when the worker lies down until it, or whoever wakes it, sets it false. */
  private final AtomicBoolean asleep = new AtomicBoolean();

  FairWorker(String name, FairExecutor pool, FairExecutor.Size size) {
    super(name);
    this.pool = pool;
    this.roster = pool.roster();
    this.overdue = new Overdue(pool, size.parallelism());
    this.spinNanos = size.spinNanos();
    this.chain = size.chain();
  }

  @Override
  public void run() {
    try {
      for (Runnable task = next(); task != null; task = next()) {
        runTask(task);
      }
    } finally {
      pool.left();
    }
  }

  private void runTask(Runnable task) {
    long turn = turns + 1;
    TURNS.setOpaque(this, turn);
    try {
      perform(task);
    } catch (Throwable thrown) {
      // As for a thread of a JDK pool, which would die of it, but this one is worth keeping.
      getUncaughtExceptionHandler().uncaughtException(this, thrown);
    }
    if (turn % ROUND == 0) {
      // Sleepers look after tasks that lie too long, but nobody may be asleep for a long time.
      pool.resubmit(overdue.kept());
    }
  }

  FairExecutor pool() {
    return pool;
  }

  /** Keeps what the task that runs here submits, to run it next; false if it has to queue. */
  boolean keep(Runnable task) {
    if (chained < chain && KEPT.getOpaque(this) == null) {
      KEPT.setRelease(this, task);
      return true;
    }
    return false;
  }

  /** What this worker keeps, for whoever is going to run it; from any thread. */
  @Nullable Runnable takeKept() {
    return KEPT.getOpaque(this) == null ? null : (Runnable) KEPT.getAndSet(this, null);
  }

  boolean keepsSomething() {
    return kept != null;
  }

  long turns() {
    return turns;
  }

  /** The next task; null when the pool is shut down and has none left. */
  private @Nullable Runnable next() {
    Runnable task = takeKept();
    if (task != null) {
      chained++;
      return task;
    }
    chained = 0;
    task = pool.queue().poll();
    return task == null ? idle() : task;
  }

  private @Nullable Runnable idle() {
    roster.busyToSearching();
    Runnable task = search();
    while (task == null && !pool.isOver()) {
      task = sleep() ? search() : overdue.any();
    }
    pool.searched(task != null);
    return task;
  }

  private @Nullable Runnable search() {
    long start = System.nanoTime();
    do {
      if (pool.needsAnother()) {
        Runnable task = pool.queue().poll();
        if (task != null) {
          return task;
        }
      }
      pause();
    } while (System.nanoTime() - start < spinNanos);
    return null;
  }

  @SuppressWarnings("ThreadPriorityCheck") // There is one processor, and somebody else needs it.
  private void pause() {
    if (yields) {
      Thread.yield();
    } else {
      for (int i = 0; i < PAUSES; i++) {
        Thread.onSpinWait();
      }
    }
  }

  /** Sleeps, as one that searches before and after. True if woken, false if it was long enough. */
  private boolean sleep() {
    boolean watches = pool.takesWatch(this);
    asleep.set(true);
    roster.searchingToSleeping();
    if (pool.needsAnother()) {
      wakeUp();
    }
    // A task may have left an interrupt behind, with which no park would rest.
    interrupted();
    boolean woken = true;
    while (asleep.get()) {
      if (watches) {
        LockSupport.parkNanos(this, roster.busy() > 0 ? WATCH : IDLE_WATCH);
        woken = !wakeUp();
      } else {
        LockSupport.park(this);
      }
    }
    if (watches) {
      pool.leavesWatch(this);
    }
    return woken;
  }

  private boolean wakeUp() {
    if (asleep.compareAndSet(true, false)) {
      roster.sleepingToSearching();
      return true;
    }
    return false;
  }

  /** Wakes this worker, from another thread; false if it does not sleep. */
  boolean wake() {
    if (wakeUp()) {
      LockSupport.unpark(this);
      return true;
    }
    return false;
  }
}
