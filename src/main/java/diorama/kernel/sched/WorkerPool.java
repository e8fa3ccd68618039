package diorama.kernel.sched;

import akka.actor.typed.ActorRef;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct worker_pool}, kernel/workqueue.c (4.2): the kworkers, and what waits for them.
 *
 * <p>All workqueues of a machine share the pool. Work is taken up in the order in which it was
 * queued, by whichever worker is idle, so that it may end in any other order; while all are busy a
 * new worker is made, up to a limit. The kernel makes one only while the others sleep.
 */
final class WorkerPool {
  /** {@code WQ_DFL_ACTIVE} is 256; so few are enough for the requests of a miniature. */
  static final int MOST_WORKERS = 16;

  /** The pool's idle workers sit in a stack, so that the one that ran last is the next to run. */
  private final ArrayDeque<Worker> idle = new ArrayDeque<>();

  private final ArrayDeque<Item> worklist = new ArrayDeque<>();
  private final TreeMap<Integer, Queue> queues = new TreeMap<>();
  private final Threads threads;
  private final Tracer tracer;
  private int workers;
  private int made;

  /** Who makes the contexts of workers, and starts them. */
  interface Threads {
    /** A new kworker, the how-manieth of its pool. */
    Worker spawn(int number);

    /**
     * Has a worker run a piece of work and say {@link WorkqueueActor.Finished} then.
     *
     * @param woken the worker slept until now
     */
    void run(Worker worker, WorkqueueRef queue, Step<?> work, boolean woken);
  }

  /** A kworker. */
  record Worker(Context context, ActorRef<ContextActor.Command> actor, Chance chance) {}

  private record Item(WorkqueueRef queue, Step<?> work) {}

  private static final class Queue {
    int left;
    @Nullable Caller<Done> destroyer;
  }

  WorkerPool(Threads threads, Tracer tracer) {
    this.threads = threads;
    this.tracer = tracer;
  }

  private void trace(String name, Caller<?> caller, WorkqueueRef queue) {
    tracer.emit(Tracepoint.of(name, caller.context(), queue));
  }

  /** {@code alloc_workqueue}. */
  void alloc(Caller<WorkqueueRef> caller, String name) {
    WorkqueueRef queue = new WorkqueueRef(name, ++made);
    queues.put(queue.number(), new Queue());
    trace("alloc_workqueue", caller, queue);
    caller.answer(queue);
  }

  /** {@code destroy_workqueue}: answers when nothing is left in it. */
  void destroy(Caller<Done> caller, WorkqueueRef queue) {
    Queue destroyed = find(queue);
    trace("destroy_workqueue", caller, queue);
    if (destroyed.left == 0) {
      queues.remove(queue.number());
      caller.answer(Done.DONE);
    } else {
      destroyed.destroyer = caller;
    }
  }

  private Queue find(WorkqueueRef queue) {
    Queue found = queues.get(queue.number());
    if (found == null) {
      throw new IllegalStateException(queue.label() + " was destroyed");
    }
    return found;
  }

  /** {@code queue_work}: in any context. */
  void queue(Caller<Done> caller, WorkqueueRef queue, Step<?> work) {
    find(queue).left++;
    trace("queue_work", caller, queue);
    if (!idle.isEmpty()) {
      threads.run(idle.pop(), queue, work, true);
    } else if (workers < MOST_WORKERS) {
      threads.run(threads.spawn(workers++), queue, work, true);
    } else {
      worklist.add(new Item(queue, work));
    }
    caller.answer(Done.DONE);
  }

  /** A worker is through with a piece of work, and takes the next. */
  void finished(Caller<Done> caller, Worker worker, WorkqueueRef of) {
    Queue queue = find(of);
    queue.left--;
    if (queue.left == 0 && queue.destroyer != null) {
      queues.remove(of.number());
      queue.destroyer.wake(Done.DONE);
    }
    Item next = worklist.poll();
    if (next == null) {
      idle.push(worker);
    } else {
      threads.run(worker, next.queue, next.work, false);
    }
    caller.answer(Done.DONE);
  }

  /** How many workqueues there are. */
  int live() {
    return queues.size();
  }

  /** Whether nothing is queued or runs. */
  boolean isIdle() {
    return queues.values().stream().allMatch(queue -> queue.left == 0);
  }
}
