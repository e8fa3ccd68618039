package diorama.kernel.fs.iomap;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.fs.iomap.IomapDio.Setup;
import diorama.kernel.fs.iomap.IomapDio.Snapshot;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.KmemCache.Found;
import diorama.kernel.sched.KmemCache.State;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracer;

/**
 * The actor of all {@code struct iomap_dio} of a machine: one atomic operation or one access for
 * each message, and the step that sends it.
 */
public final class IomapDioActor {
  private IomapDioActor() {}

  /** A slab without requests. */
  public static Behavior<Command> create(AfterFree afterFree, Tracer tracer) {
    return ObjectActor.of(new IomapDioSlab(afterFree, tracer));
  }

  /** What the slab is asked. */
  public sealed interface Command extends Request<IomapDioSlab> {}

  record Kmalloc(Caller<IomapDioRef> caller, Setup setup) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      caller.answer(m.kmalloc(caller, setup));
    }
  }

  record Kfree(Caller<Done> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.kfree(caller, dio);
      caller.answer(Done.DONE);
    }
  }

  record SubmitBio(Caller<Long> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.touch(
          "iomap_dio_submit_bio",
          caller,
          dio,
          d -> {
            m.trace("iomap_dio_submit_bio", caller, dio, "ref=%d", d.get());
            caller.answer(m.nextBio());
          });
    }
  }

  record Submitted(Caller<Done> caller, IomapDioRef dio, long size, boolean unwritten)
      implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.touch(
          "dio->size",
          caller,
          dio,
          d -> {
            d.submitted(size, unwritten);
            caller.answer(Done.DONE);
          });
    }
  }

  record SetError(Caller<Done> caller, IomapDioRef dio, long error) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.touch(
          "iomap_dio_set_error",
          caller,
          dio,
          d -> {
            if (d.setError(error)) {
              m.trace("iomap_dio_set_error", caller, dio, "%d", error);
            }
            caller.answer(Done.DONE);
          });
    }
  }

  record BioEnded(Caller<Integer> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.count("iomap_dio_bio_end_io", caller, dio, IomapDio::put);
    }
  }

  record Put(Caller<Integer> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.count("--dio->ref", caller, dio, IomapDio::put);
    }
  }

  /** {@code dio->wait_for_completion}; poison is not 0. */
  record Waits(Caller<Boolean> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      IomapDio found = m.find("dio->wait_for_completion", caller, dio).content();
      caller.answer(found == null || found.waits());
    }
  }

  record Await(Caller<Done> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      Found<IomapDio> found = m.find("dio->submit.waiter", caller, dio);
      IomapDio there = found.content();
      if (there != null && found.state() == State.LIVE) {
        there.await(caller);
      } else if (there != null) {
        there.awaitForOthers(caller);
      }
    }
  }

  record WakeSubmitter(Caller<Done> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.touch(
          "dio->submit.waiter",
          caller,
          dio,
          d -> {
            d.wakeSubmitter();
            caller.answer(Done.DONE);
          });
    }
  }

  record ReadSetup(Caller<Setup> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.touch("dio->flags", caller, dio, d -> caller.answer(d.setup()));
    }
  }

  record Complete(Caller<Snapshot> caller, IomapDioRef dio) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      m.touch(
          "iomap_dio_complete",
          caller,
          dio,
          d -> {
            Snapshot s = d.snapshot();
            m.trace("iomap_dio_complete", caller, dio, "size=%d", s.size());
            caller.answer(s);
          });
    }
  }

  record Live(Caller<Integer> caller) implements Command {
    @Override
    public void execute(IomapDioSlab m) {
      caller.answer(m.live());
    }
  }

  /** {@code kmalloc}, and the assignments behind it: nobody else has the pointer yet. */
  static Step<IomapDioRef> kmalloc(ActorRef<Command> slab, Setup setup) {
    return Step.call(slab, c -> new Kmalloc(c, setup));
  }

  /** {@code kfree}. */
  static Step<Done> kfree(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.call(slab, c -> new Kfree(c, dio));
  }

  /** The bio's reference: answers a number for the bio. */
  static Step<Long> submitBio(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.call(slab, c -> new SubmitBio(c, dio));
  }

  /** {@code dio->size} and {@code dio->flags} as the submission leaves them. */
  static Step<Done> submitted(
      ActorRef<Command> slab, IomapDioRef dio, long size, boolean unwritten) {
    return Step.call(slab, c -> new Submitted(c, dio, size, unwritten));
  }

  /** {@code iomap_dio_set_error}: in any context. */
  static Step<Done> setError(ActorRef<Command> slab, IomapDioRef dio, long error) {
    return Step.call(slab, c -> new SetError(c, dio, error));
  }

  /** {@code atomic_dec_and_test} in {@code iomap_dio_bio_end_io}: the references that remain. */
  static Step<Integer> bioEnded(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.call(slab, c -> new BioEnded(c, dio));
  }

  /** Drops the submitter's reference: the ones that remain. */
  static Step<Integer> put(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.call(slab, c -> new Put(c, dio));
  }

  /** Reads {@code dio->wait_for_completion}. */
  static Step<Boolean> waits(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.call(slab, c -> new Waits(c, dio));
  }

  /** Sleeps until {@code dio->submit.waiter} is NULL. */
  static Step<Done> await(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.sleepingCall(slab, c -> new Await(c, dio));
  }

  /** {@code WRITE_ONCE(dio->submit.waiter, NULL)} and the wake-up. */
  static Step<Done> wakeSubmitter(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.call(slab, c -> new WakeSubmitter(c, dio));
  }

  /** Reads what does not change, by the holder of the last reference. */
  static Step<Setup> setup(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.call(slab, c -> new ReadSetup(c, dio));
  }

  /** What {@code iomap_dio_complete} reads, by the holder of the last reference. */
  static Step<Snapshot> complete(ActorRef<Command> slab, IomapDioRef dio) {
    return Step.call(slab, c -> new Complete(c, dio));
  }

  /** How many requests exist: 0 on a machine at rest. */
  public static Step<Integer> live(ActorRef<Command> slab) {
    return Step.call(slab, Live::new);
  }
}
