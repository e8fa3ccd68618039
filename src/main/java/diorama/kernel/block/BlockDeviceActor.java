package diorama.kernel.block;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracer;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** The actor of a {@link BlockDevice}: its protocol, and the step that makes each call. */
public final class BlockDeviceActor {
  private BlockDeviceActor() {}

  /**
   * A device without faults and with nothing written on it.
   *
   * @param irqs the interrupt contexts that take its completions, one after the other in turn
   */
  public static Behavior<Command> create(
      DeviceParameters device,
      Chance chance,
      List<ActorRef<ContextActor.Command>> irqs,
      Tracer tracer,
      KernelTimers timers) {
    return create(device, chance, irqs, tracer, timers, DeviceFaults.NONE);
  }

  /** A device that goes wrong sometimes. */
  public static Behavior<Command> create(
      DeviceParameters device,
      Chance chance,
      List<ActorRef<ContextActor.Command>> irqs,
      Tracer tracer,
      KernelTimers timers,
      DeviceFaults faults) {
    return Behaviors.setup(
        actor -> {
          ActorRef<Command> self = actor.getSelf();
          return ObjectActor.of(
              new BlockDevice(
                  device,
                  chance,
                  faults,
                  tracer,
                  timers,
                  (nanos, then) -> timers.after(actor, nanos, self, new Elapsed(then)),
                  inTurn(irqs, self)));
        });
  }

  private static Consumer<BlockRequest> inTurn(
      List<ActorRef<ContextActor.Command>> irqs, ActorRef<Command> self) {
    int[] turn = {0};
    return rq -> {
      ActorRef<ContextActor.Command> irq = irqs.get(turn[0]);
      turn[0] = (turn[0] + 1) % irqs.size();
      irq.tell(new ContextActor.Run(BlockSoftirq.doSoftirq(self, rq)));
    };
  }

  /** What a block device is asked: each is one section under queue_lock, or an event inside it. */
  public sealed interface Command extends Request<BlockDevice> {}

  record MakeRequest(Caller<Boolean> caller, Bio bio, boolean sync, boolean slept)
      implements Command {
    @Override
    public void execute(BlockDevice q) {
      q.makeRequest(caller, bio, sync, slept);
    }
  }

  record Unplug(Caller<Done> caller) implements Command {
    @Override
    public void execute(BlockDevice q) {
      q.unplug(caller.context());
      caller.answer(Done.DONE);
    }
  }

  record DeviceUnbusy(Caller<Done> caller) implements Command {
    @Override
    public void execute(BlockDevice q) {
      q.deviceUnbusy();
      caller.answer(Done.DONE);
    }
  }

  record EndThatRequestLast(Caller<Done> caller, BlockRequest rq) implements Command {
    @Override
    public void execute(BlockDevice q) {
      q.endThatRequestLast(rq);
      caller.answer(Done.DONE);
    }
  }

  record RunQueue(Caller<Done> caller) implements Command {
    @Override
    public void execute(BlockDevice q) {
      q.runQueue(caller.context());
      caller.answer(Done.DONE);
    }
  }

  record IssueFlush(Caller<Done> caller) implements Command {
    @Override
    public void execute(BlockDevice q) {
      q.issueFlush(caller);
    }
  }

  /**
   * Sectors of a device that was used before hold what was left there. Sent before anything else.
   */
  public record Use(long first, int sectors) implements Command {
    @Override
    public void execute(BlockDevice device) {
      device.drive().use(first, sectors);
    }
  }

  record ReadMedia(Caller<Content> caller, long sector, int sectors) implements Command {
    @Override
    public void execute(BlockDevice q) {
      caller.answer(q.drive().read(sector, sectors));
    }
  }

  record ReadDurable(Caller<Content> caller, long sector, int sectors) implements Command {
    @Override
    public void execute(BlockDevice q) {
      caller.answer(q.drive().readDurable(sector, sectors));
    }
  }

  record AtRest(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(BlockDevice q) {
      caller.answer(q.atRest());
    }
  }

  private record Elapsed(Runnable then) implements Command {
    @Override
    public void execute(BlockDevice q) {
      then.run();
    }
  }

  /**
   * {@code submit_bio}, block/ll_rw_blk.c: queues a bio. May sleep for a free request.
   *
   * <p>The queue may stay plugged until somebody unplugs it; see {@link #submitBioSync}.
   */
  public static Step<Done> submitBio(ActorRef<Command> bdev, Bio bio) {
    return submit(bdev, bio, false);
  }

  /**
   * {@code submit_bio} with {@code BIO_RW_SYNC} (WRITE_SYNC): the queue is unplugged in the same
   * section. Direct writes are submitted this way, direct reads are not.
   */
  public static Step<Done> submitBioSync(ActorRef<Command> bdev, Bio bio) {
    return submit(bdev, bio, true);
  }

  private static Step<Done> submit(ActorRef<Command> bdev, Bio bio, boolean sync) {
    return inFunctions(
        List.of("submit_bio", "generic_make_request", "__make_request").iterator(),
        Step.<Command, Boolean>sleepingCall(bdev, c -> new MakeRequest(c, bio, sync, false))
            .then(
                queued ->
                    queued
                        ? Step.done()
                        : Step.<Command, Boolean>sleepingCall(
                                bdev, c -> new MakeRequest(c, bio, sync, true))
                            .map(again -> Done.DONE)));
  }

  private static Step<Done> inFunctions(Iterator<String> names, Step<Done> body) {
    return names.hasNext() ? Step.function(names.next(), () -> inFunctions(names, body)) : body;
  }

  /** {@code blk_run_address_space}: unplugs the device of a mapping. */
  public static Step<Done> unplug(ActorRef<Command> bdev) {
    return Step.call(bdev, Unplug::new);
  }

  /** {@code blkdev_issue_flush}: sleeps until the volatile write cache is on the media. */
  public static Step<Done> issueFlush(ActorRef<Command> bdev) {
    return Step.sleepingCall(bdev, IssueFlush::new);
  }

  static Step<Done> deviceUnbusy(ActorRef<Command> bdev) {
    return Step.call(bdev, DeviceUnbusy::new);
  }

  static Step<Done> endThatRequestLast(ActorRef<Command> bdev, BlockRequest rq) {
    return Step.call(bdev, c -> new EndThatRequestLast(c, rq));
  }

  static Step<Done> runQueue(ActorRef<Command> bdev) {
    return Step.call(bdev, RunQueue::new);
  }

  /** What a read of these sectors would return now; no device time passes. */
  public static Step<Content> readMedia(ActorRef<Command> bdev, long sector, int sectors) {
    return Step.call(bdev, c -> new ReadMedia(c, sector, sectors));
  }

  /** What would be left of these sectors after a power cut now; no device time passes. */
  public static Step<Content> readDurable(ActorRef<Command> bdev, long sector, int sectors) {
    return Step.call(bdev, c -> new ReadDurable(c, sector, sectors));
  }

  /** Whether all requests are answered and the cache is empty: asked when a machine is idle. */
  public static Step<Boolean> atRest(ActorRef<Command> bdev) {
    return Step.call(bdev, AtRest::new);
  }
}
