package diorama.kernel.sched;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import diorama.kernel.sched.WorkerPool.Worker;
import java.util.function.BiConsumer;

/**
 * kernel/workqueue.c: work that runs in process context later. The actor of a {@link WorkerPool}
 * and the parent of its kworkers.
 */
public final class WorkqueueActor {
  private WorkqueueActor() {}

  /**
   * A pool without workers.
   *
   * @param firstPid of the workers, which get the next numbers
   * @param started is told of each worker that is made: the machine's watchdogs
   */
  public static Behavior<Command> create(
      Host host, int firstPid, BiConsumer<Context, ActorRef<ContextActor.Command>> started) {
    return Behaviors.setup(
        actor ->
            ObjectActor.of(
                new WorkerPool(new Kworkers(actor, host, firstPid, started), host.tracer())));
  }

  private record Kworkers(
      ActorContext<Command> actor,
      Host host,
      int firstPid,
      BiConsumer<Context, ActorRef<ContextActor.Command>> started)
      implements WorkerPool.Threads {
    @Override
    public Worker spawn(int number) {
      Context context = new Context(Context.Kind.KTHREAD, "kworker/0:" + number, firstPid + number);
      ActorRef<ContextActor.Command> ref =
          actor.spawn(
              ContextActor.create(host, context, null),
              "kworker-0-" + number,
              ContextActor.MAILBOX);
      started.accept(context, ref);
      return new Worker(context, ref, host.chance("worker " + context));
    }

    @Override
    public void run(Worker worker, WorkqueueRef queue, Step<?> work, boolean woken) {
      ActorRef<Command> pool = actor.getSelf();
      Step<Done> awake =
          woken ? Step.current(c -> Step.delay(host.wakeup().draw(worker.chance()))) : Step.done();
      worker
          .actor()
          .tell(
              new ContextActor.Run(
                  awake
                      .then(() -> Step.function("worker_thread", () -> processOneWork(work)))
                      .then(() -> finished(pool, worker, queue))));
    }

    private static Step<Done> finished(ActorRef<Command> pool, Worker worker, WorkqueueRef queue) {
      return Step.call(pool, c -> new Finished(c, worker, queue));
    }

    private static Step<Done> processOneWork(Step<?> work) {
      return Step.function("process_one_work", () -> work.map(x -> Done.DONE));
    }
  }

  /** What the pool is asked: each is one section under its lock. */
  public sealed interface Command extends Request<WorkerPool> {}

  record Alloc(Caller<WorkqueueRef> caller, String name) implements Command {
    @Override
    public void execute(WorkerPool pool) {
      pool.alloc(caller, name);
    }
  }

  record Destroy(Caller<Done> caller, WorkqueueRef queue) implements Command {
    @Override
    public void execute(WorkerPool pool) {
      pool.destroy(caller, queue);
    }
  }

  record Queue(Caller<Done> caller, WorkqueueRef queue, Step<?> work) implements Command {
    @Override
    public void execute(WorkerPool pool) {
      pool.queue(caller, queue, work);
    }
  }

  record Finished(Caller<Done> caller, Worker worker, WorkqueueRef queue) implements Command {
    @Override
    public void execute(WorkerPool pool) {
      pool.finished(caller, worker, queue);
    }
  }

  record ReadState(Caller<State> caller) implements Command {
    @Override
    public void execute(WorkerPool pool) {
      caller.answer(new State(pool.live(), pool.isIdle()));
    }
  }

  /**
   * What a pool has.
   *
   * @param queues how many workqueues there are
   * @param idle nothing is queued, and nothing runs
   */
  public record State(int queues, boolean idle) {}

  /** {@code alloc_workqueue}: may sleep. */
  public static Step<WorkqueueRef> allocWorkqueue(ActorRef<Command> pool, String name) {
    return Step.sleepingCall(pool, c -> new Alloc(c, name));
  }

  /** {@code destroy_workqueue}: sleeps until all that was queued has run. */
  public static Step<Done> destroyWorkqueue(ActorRef<Command> pool, WorkqueueRef queue) {
    return Step.sleepingCall(pool, c -> new Destroy(c, queue));
  }

  /** {@code INIT_WORK} and {@code queue_work}: in any context. */
  public static Step<Done> queueWork(ActorRef<Command> pool, WorkqueueRef queue, Step<?> work) {
    return Step.call(pool, c -> new Queue(c, queue, work));
  }

  /** Asked when a machine has come to rest. */
  public static Step<State> state(ActorRef<Command> pool) {
    return Step.call(pool, ReadState::new);
  }
}
