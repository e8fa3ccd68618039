package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.kernel.KernelProfile;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import java.time.Duration;

/**
 * The actor of a machine's {@link AioMemory}. Its protocol, with the step that makes each call, is
 * in {@link KiocbCall}, {@link AioRunCall}, {@link AioEventsCall} and {@link IoctxCall}, since 3.12
 * in {@link RefKiocbCall} and {@link RefIoctxCall}; that of open files in {@link FilpCall}.
 *
 * <p>One for each machine: its kiocbs and kioctxs share two slabs.
 */
public final class KioctxActor {
  private KioctxActor() {}

  /**
   * Empty slabs.
   *
   * @param afterFree what a stale pointer to a kiocb or a kioctx finds
   * @param aioWorker the kernel thread "aio/0", which runs the workqueue
   */
  public static Behavior<Command> create(
      Host host,
      KernelProfile profile,
      AfterFree afterFree,
      ActorRef<ContextActor.Command> aioWorker) {
    return Behaviors.setup(
        actor -> {
          Aio aio = new Aio(host, profile, actor.getSelf());
          return ObjectActor.of(
              new AioMemory(
                  profile,
                  afterFree,
                  host.tracer(),
                  nanos -> host.timers().scaled(Duration.ofNanos(nanos)),
                  (nanos, message) -> host.timers().after(actor, nanos, actor.getSelf(), message),
                  work -> aioWorker.tell(new ContextActor.Run(aio.work(work)))));
        });
  }

  /** What is asked of it: each is one ctx_lock section, or one slab or atomic operation. */
  public sealed interface Command extends Request<AioMemory>
      permits KiocbCall,
          AioRunCall,
          AioEventsCall,
          IoctxCall,
          RefKiocbCall,
          RefIoctxCall,
          FilpCall,
          ReadInUse {}

  /**
   * What is allocated.
   *
   * @param kiocbs live objects in the slab "kiocb"
   * @param kioctxs live objects in the slab "kioctx"
   * @param aioNr {@code aio_nr}: requests that contexts were made for
   * @param filps live objects in the slab "filp"
   * @param workqueueIdle nothing is queued or running on "aio"
   */
  public record InUse(int kiocbs, int kioctxs, long aioNr, int filps, boolean workqueueIdle) {
    /** Whether all memory is back. */
    public boolean nothing() {
      return kiocbs == 0 && kioctxs == 0 && aioNr == 0 && filps == 0 && workqueueIdle;
    }
  }

  record ReadInUse(Caller<InUse> caller) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.inUse(caller);
    }
  }

  /** What is allocated: asked when a machine has come to rest. */
  public static Step<InUse> inUse(ActorRef<Command> kioctxs) {
    return Step.call(kioctxs, ReadInUse::new);
  }
}
