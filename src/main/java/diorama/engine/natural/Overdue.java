package diorama.engine.natural;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds tasks that lie where a busy worker should have come for them, because it is in a task that
 * computes for long, or that blocks. One worker's memory of what it saw when it last looked: what
 * has not moved since is overdue. Used by that worker only, about every millisecond.
 */
final class Overdue {
  private final FairExecutor pool;
  private final long[] turns;
  private long position = -1;

  Overdue(FairExecutor pool, int workers) {
    this.pool = pool;
    turns = new long[workers];
  }

  /** A task that nobody else comes for, or null. */
  @Nullable Runnable any() {
    Runnable task = kept();
    return task == null ? queued() : task;
  }

  /** What a worker keeps that has begun nothing new since the last look. */
  @Nullable Runnable kept() {
    List<FairWorker> workers = pool.workers();
    for (int i = 0; i < turns.length; i++) {
      FairWorker worker = workers.get(i);
      long before = turns[i];
      turns[i] = worker.turns();
      if (turns[i] == before && worker.keepsSomething()) {
        Runnable task = worker.takeKept();
        if (task != null) {
          return task;
        }
      }
    }
    return null;
  }

  private @Nullable Runnable queued() {
    long before = position;
    position = pool.queue().position();
    return position == before || pool.needsAnother() ? pool.queue().poll() : null;
  }
}
