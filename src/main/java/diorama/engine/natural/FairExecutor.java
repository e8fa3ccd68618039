package diorama.engine.natural;

import diorama.engine.EngineThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of workers that serve one queue first in, first out. Whatever is submitted, by an
 * actor or by a timer, waits for what was submitted before it and for nothing else but a few turns
 * that each of these may pass on.
 *
 * <p>Two things make it cheap. The first is who is woken when. Waking a thread costs microseconds,
 * a message a fraction of one, so a task wakes nobody
 *
 * <ul>
 *   <li>while every worker is awake, or one is searching already;
 *   <li>while no more tasks wait than workers are busy: each of them looks into the queue before it
 *       rests, most of them sooner than a sleeper is on its feet.
 * </ul>
 *
 * <p>No wake-up is lost: a submitter first puts its task into the queue and then reads who is busy;
 * a worker first signs off and then looks into the queue. One of the two sees the other.
 *
 * <p>The second is where things run. The first task that a task submits, its worker may keep and
 * run next, a few times in a row: a call and its answer stay in one cache. The number of times is
 * limited, so the queue has its turn whatever those two have to say to each other; without it they
 * would starve everybody else, as on Akka's default dispatcher.
 *
 * <p>A busy worker may be long in coming: its task computes, or it blocks, perhaps until a task
 * that waits for this worker has been run. Therefore one of the sleepers, the watch, sleeps with a
 * timeout and takes what is {@link Overdue}.
 */
final class FairExecutor extends AbstractExecutorService {
  private final TaskQueue queue = new TaskQueue();
  private final Roster roster;
  private final List<FairWorker> workers;
  private final AtomicReference<@Nullable FairWorker> watch = new AtomicReference<>();
  private final CountDownLatch running;
  private final Consumer<? super Thread> wiring;
  private final String name;
  private volatile boolean shutdown;

  /**
   * Starts the workers.
   *
   * @param name what the threads are called, with a number behind it
   * @param size what the pool is like
   * @param wiring called with every thread before it is started
   */
  FairExecutor(String name, Size size, Consumer<? super Thread> wiring) {
    this.name = name;
    this.wiring = wiring;
    roster = new Roster(size.parallelism());
    running = new CountDownLatch(size.parallelism());
    workers =
        IntStream.rangeClosed(1, size.parallelism())
            .mapToObj(number -> new FairWorker(name + "-" + number, this, size))
            .toList();
    for (FairWorker worker : workers) {
      wiring.accept(worker);
      worker.start();
    }
  }

  /**
   * What a pool is like.
   *
   * @param parallelism how many workers it has, 1 or more
   * @param chain how many times in a row a worker may run next what its own task submitted
   * @param spinNanos how long a worker that finds nothing looks again before it sleeps
   */
  record Size(int parallelism, int chain, long spinNanos) {
    Size {
      if (parallelism < 1 || chain < 0 || spinNanos < 0) {
        throw new IllegalArgumentException(
            "no pool has parallelism %d, chain %d, spin %d ns"
                .formatted(parallelism, chain, spinNanos));
      }
    }
  }

  @Override
  public void execute(Runnable task) {
    if (shutdown) {
      throw new RejectedExecutionException(name + " is shut down");
    }
    if (!(Thread.currentThread() instanceof FairWorker worker
        && worker.pool() == this
        && worker.keep(task))) {
      enqueue(task);
    }
  }

  private void enqueue(Runnable task) {
    queue.offer(task);
    if (shutdown) {
      sweep();
    } else if (roster.sleeping() > 0 && roster.searching() == 0 && needsAnother()) {
      wakeOne();
    }
  }

  /** Puts a task back that a worker has waited too long with. */
  void resubmit(@Nullable Runnable overdue) {
    if (overdue != null) {
      enqueue(overdue);
    }
  }

  List<FairWorker> workers() {
    return workers;
  }

  TaskQueue queue() {
    return queue;
  }

  Roster roster() {
    return roster;
  }

  /** Whether tasks wait that no worker will come for as soon as it has done what it does now. */
  boolean needsAnother() {
    return shutdown || queue.size() > roster.busy();
  }

  /** Whether a worker that finds nothing goes home. */
  boolean isOver() {
    return shutdown && queue.size() == 0;
  }

  /** Makes a worker that is about to sleep the watch, unless there is one. */
  boolean takesWatch(FairWorker worker) {
    return watch.compareAndSet(null, worker);
  }

  void leavesWatch(FairWorker worker) {
    watch.compareAndSet(worker, null);
  }

  /**
   * A worker ends its search. If it has found something, the last one to search sees to it that
   * nothing else is left, and the watch that another one takes its place.
   */
  void searched(boolean found) {
    roster.searchingToBusy();
    if (found
        && roster.sleeping() > 0
        && (watch.get() == null || (roster.searching() == 0 && needsAnother()))) {
      wakeOne();
    }
  }

  /** Wakes a sleeper if there is one; the watch last, so that there stays one. */
  private void wakeOne() {
    FairWorker watching = watch.get();
    for (FairWorker worker : workers) {
      if (worker != watching && worker.wake()) {
        return;
      }
    }
    if (watching != null) {
      watching.wake();
    }
  }

  /** A task came while the last workers went home. A thread of its own runs what is left. */
  private void sweep() {
    Thread sweeper =
        new EngineThread(name + "-sweeper") {
          @Override
          public void run() {
            for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
              perform(task);
            }
          }
        };
    wiring.accept(sweeper);
    sweeper.start();
  }

  @Override
  public void shutdown() {
    shutdown = true;
    workers.forEach(FairWorker::wake);
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    List<Runnable> left = new ArrayList<>();
    for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
      left.add(task);
    }
    for (FairWorker worker : workers) {
      Runnable task = worker.takeKept();
      if (task != null) {
        left.add(task);
      }
    }
    workers.forEach(Thread::interrupt);
    return left;
  }

  /** A worker has gone home. */
  void left() {
    running.countDown();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return running.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return running.await(timeout, unit);
  }
}
