package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WorkqueueRef;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct super_block}: {@code s_dio_done_wq}, which nothing guards but the compare-and-set.
 */
public final class SuperBlock {
  private final Tracer tracer;
  private @Nullable WorkqueueRef sDioDoneWq;

  private SuperBlock(Tracer tracer) {
    this.tracer = tracer;
  }

  /** A superblock that no request has needed a workqueue of. */
  public static Behavior<Command> create(Tracer tracer) {
    return ObjectActor.of(new SuperBlock(tracer));
  }

  /** What a superblock is asked: each is one atomic operation. */
  public sealed interface Command extends Request<SuperBlock> {}

  /** A workqueue, or none. */
  record Found(@Nullable WorkqueueRef queue) {}

  record ReadDioDoneWq(Caller<Found> caller) implements Command {
    @Override
    public void execute(SuperBlock sb) {
      caller.answer(new Found(sb.sDioDoneWq));
    }
  }

  record CompareAndSetDioDoneWq(Caller<Found> caller, WorkqueueRef queue) implements Command {
    @Override
    public void execute(SuperBlock sb) {
      WorkqueueRef old = sb.sDioDoneWq;
      if (old == null) {
        sb.sDioDoneWq = queue;
      }
      String name = old == null ? "s_dio_done_wq: published" : "s_dio_done_wq: lost the race";
      sb.tracer.emit(Tracepoint.of(name, caller.context(), queue));
      caller.answer(new Found(old));
    }
  }

  /** Reads {@code sb->s_dio_done_wq}. */
  static Step<Found> dioDoneWq(ActorRef<Command> sb) {
    return Step.call(sb, ReadDioDoneWq::new);
  }

  /** {@code cmpxchg(&sb->s_dio_done_wq, NULL, queue)}: what was there. */
  static Step<Found> publishDioDoneWq(ActorRef<Command> sb, WorkqueueRef queue) {
    return Step.call(sb, c -> new CompareAndSetDioDoneWq(c, queue));
  }
}
