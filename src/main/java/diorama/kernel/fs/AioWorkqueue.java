package diorama.kernel.fs;

import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code struct workqueue_struct *aio_wq}: counts what was queued and what is finished. */
final class AioWorkqueue {
  private final Consumer<AioWork> worker;
  private final ArrayDeque<Flusher> flushers = new ArrayDeque<>();
  private long insertSequence;
  private long removeSequence;
  private @Nullable Context running;

  private record Flusher(Caller<Done> caller, long sequence) {}

  AioWorkqueue(Consumer<AioWork> worker) {
    this.worker = worker;
  }

  /** {@code queue_work}, for work that is not pending yet. */
  void queue(AioWork work) {
    insertSequence++;
    worker.accept(work);
  }

  /** The worker takes a piece of work up. */
  void begin(Context context) {
    running = context;
  }

  /** The worker has finished a piece of work. */
  void end() {
    running = null;
    removeSequence++;
    while (!flushers.isEmpty() && flushers.peek().sequence <= removeSequence) {
      flushers.remove().caller.wake(Done.DONE);
    }
  }

  /**
   * {@code flush_workqueue}: answers when all that is queued now has finished. The worker itself
   * does not wait for itself.
   */
  void flush(Caller<Done> caller) {
    if (insertSequence == removeSequence || caller.context() == running) {
      caller.answer(Done.DONE);
    } else {
      flushers.add(new Flusher(caller, insertSequence));
    }
  }

  /** Whether nothing is queued or running. */
  boolean isIdle() {
    return insertSequence == removeSequence;
  }
}
