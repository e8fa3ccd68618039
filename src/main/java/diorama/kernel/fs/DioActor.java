package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.fs.Dio.Awaited;
import diorama.kernel.fs.Dio.Setup;
import diorama.kernel.fs.Dio.Snapshot;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Oops.PagingFault;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The actor of all {@code struct dio} of a machine: one access or one section under bio_lock for
 * each message, and the step that sends it.
 */
public final class DioActor {
  private DioActor() {}

  /** A slab without requests. */
  public static Behavior<Command> create(AfterFree afterFree, Tracer tracer) {
    return ObjectActor.of(new DioSlab(afterFree, tracer));
  }

  /** What the slab is asked. */
  public sealed interface Command extends Request<DioSlab> {}

  /** A section that stands in a file with others of its kind. */
  non-sealed interface Section extends Command {}

  /** A bio taken off the list, or none. */
  record Reaped(@Nullable BioEnd bio) {}

  record Kmalloc(Caller<DioRef> caller) implements Command {
    @Override
    public void execute(DioSlab m) {
      caller.answer(m.kmalloc(caller));
    }
  }

  record Kfree(Caller<Done> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.kfree(caller, dio);
      caller.answer(Done.DONE);
    }
  }

  record Init(Caller<Done> caller, DioRef dio, Setup setup) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.init(caller, dio, setup);
    }
  }

  record BioSubmit(Caller<Long> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "dio_bio_submit",
          caller,
          dio,
          d -> {
            m.trace("dio_bio_submit", caller, dio, "refcount=%d", d.get());
            caller.answer(m.nextBio());
          });
    }
  }

  record SetResult(Caller<Done> caller, DioRef dio, long result, long pageErrors)
      implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "dio->result",
          caller,
          dio,
          d -> {
            d.setResult(result, pageErrors);
            caller.answer(Done.DONE);
          });
    }
  }

  record AddResult(Caller<Long> caller, DioRef dio, long bytes, long pageErrors)
      implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch("dio->result", caller, dio, d -> caller.answer(d.addResult(bytes, pageErrors)));
    }
  }

  record AssignResult(Caller<Done> caller, DioRef dio, String why, long value) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "dio->result",
          caller,
          dio,
          d -> {
            d.assignResult(value);
            m.trace(why, caller, dio, "%d", value);
            caller.answer(Done.DONE);
          });
    }
  }

  record SetDeferCompletion(Caller<Done> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "dio->defer_completion",
          caller,
          dio,
          d -> {
            d.setDeferCompletion();
            caller.answer(Done.DONE);
          });
    }
  }

  record SetIoError(Caller<Done> caller, DioRef dio, long error) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "dio->io_error",
          caller,
          dio,
          d -> {
            d.setIoError(error);
            m.trace("dio->io_error", caller, dio, "%d", error);
            caller.answer(Done.DONE);
          });
    }
  }

  record EndAio(Caller<Integer> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.count("dio_bio_end_aio", caller, dio, Dio::endAio);
    }
  }

  record EndIo(Caller<Integer> caller, DioRef dio, BioEnd end) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.count("dio_bio_end_io", caller, dio, d -> d.endIo(end));
    }
  }

  record EndIoCountingInFlight(Caller<Integer> caller, DioRef dio, BioEnd end) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.count("dio_bio_end_io", caller, dio, d -> d.endIoCountingInFlight(end));
    }
  }

  record Put(Caller<Integer> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.count("--dio->refcount", caller, dio, Dio::put);
    }
  }

  record HasWaiter(Caller<Boolean> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.read("dio->waiter", caller, dio, true, Dio::hasWaiter);
    }
  }

  record WakeWaiter(Caller<Done> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch("wake_up_process", caller, dio, d -> wake(m, d));
    }

    private void wake(DioSlab m, Dio d) {
      if (d.hasWaiter()) {
        m.trace("wake_up_process", caller, dio, "", 0);
        m.draining().wakeUp(Objects.requireNonNull(d.waiter()));
        d.wakeWaiter();
        caller.answer(Done.DONE);
      } else {
        caller.oops(new PagingFault(0, List.of("try_to_wake_up", "wake_up_process")));
      }
    }
  }

  record AwaitOne(Caller<Awaited> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch("dio_await_one", caller, dio, d -> d.awaitOne(caller));
    }
  }

  record BioListEmpty(Caller<Boolean> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch("dio->bio_list", caller, dio, d -> caller.answer(d.bioListEmpty()));
    }
  }

  record Reap(Caller<Reaped> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch("dio_bio_reap", caller, dio, d -> caller.answer(new Reaped(d.pop())));
    }
  }

  record IsAsync(Caller<Boolean> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.read("dio->is_async", caller, dio, true, Dio::isAsync);
    }
  }

  record ReadIocb(Caller<Kiocb> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch("dio->iocb", caller, dio, d -> caller.answer(d.iocb()));
    }
  }

  record Complete(Caller<Snapshot> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "dio_complete",
          caller,
          dio,
          d -> {
            Snapshot s = d.snapshot();
            m.trace("dio_complete", caller, dio, "result=%d", s.result());
            caller.answer(s);
          });
    }
  }

  record ReadOutcome(Caller<Snapshot> caller, DioRef dio) implements Command {
    @Override
    public void execute(DioSlab m) {
      m.touch("dio->result", caller, dio, d -> caller.answer(d.snapshot()));
    }
  }

  record Live(Caller<Integer> caller) implements Command {
    @Override
    public void execute(DioSlab m) {
      caller.answer(m.live());
    }
  }

  /** {@code kmalloc}. */
  static Step<DioRef> kmalloc(ActorRef<Command> slab) {
    return Step.call(slab, Kmalloc::new);
  }

  /** {@code kfree}. */
  static Step<Done> kfree(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new Kfree(c, dio));
  }

  /** The assignments at the top of {@code direct_io_worker}. */
  static Step<Done> init(ActorRef<Command> slab, DioRef dio, Setup setup) {
    return Step.call(slab, c -> new Init(c, dio, setup));
  }

  /** The bio_lock section of {@code dio_bio_submit}: answers a number for the bio. */
  static Step<Long> bioSubmit(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new BioSubmit(c, dio));
  }

  /** What the walk over the user's pages left in {@code dio->result} and {@code page_errors}. */
  static Step<Done> setResult(ActorRef<Command> slab, DioRef dio, long result, long pageErrors) {
    return Step.call(slab, c -> new SetResult(c, dio, result, pageErrors));
  }

  /** The same up to 2.6.16, where an error may stand in {@code dio->result} already: its value. */
  static Step<Long> addResult(ActorRef<Command> slab, DioRef dio, long bytes, long pageErrors) {
    return Step.call(slab, c -> new AddResult(c, dio, bytes, pageErrors));
  }

  /**
   * {@code dio->result = value}.
   *
   * @param why the tracepoint's name
   */
  static Step<Done> assignResult(ActorRef<Command> slab, DioRef dio, String why, long value) {
    return Step.call(slab, c -> new AssignResult(c, dio, why, value));
  }

  /** {@code dio->io_error = error}. */
  static Step<Done> setIoError(ActorRef<Command> slab, DioRef dio, long error) {
    return Step.call(slab, c -> new SetIoError(c, dio, error));
  }

  /** {@code dio->defer_completion = true}. */
  static Step<Done> setDeferCompletion(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new SetDeferCompletion(c, dio));
  }

  /** The bio_lock section of {@code dio_bio_end_aio}: the references that remain. */
  static Step<Integer> endAio(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new EndAio(c, dio));
  }

  /** The bio_lock section of {@code dio_bio_end_io}: the references that remain. */
  static Step<Integer> endIo(ActorRef<Command> slab, DioRef dio, BioEnd end) {
    return Step.call(slab, c -> new EndIo(c, dio, end));
  }

  /** The same of 2.6.19, which counts bios in flight: {@code bio_count}. */
  static Step<Integer> endIoCountingInFlight(ActorRef<Command> slab, DioRef dio, BioEnd end) {
    return Step.call(slab, c -> new EndIoCountingInFlight(c, dio, end));
  }

  /** Drops a reference: the ones that remain. */
  static Step<Integer> put(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new Put(c, dio));
  }

  /** Reads {@code dio->waiter} without a lock. */
  static Step<Boolean> hasWaiter(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new HasWaiter(c, dio));
  }

  /** {@code wake_up_process(dio->waiter)} without a lock. */
  static Step<Done> wakeWaiter(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new WakeWaiter(c, dio));
  }

  /** The bio_lock section of {@code dio_await_one}; sleeps. */
  static Step<Awaited> awaitOne(ActorRef<Command> slab, DioRef dio) {
    return Step.sleepingCall(slab, c -> new AwaitOne(c, dio));
  }

  /** Reads {@code dio->bio_list} without a lock. */
  static Step<Boolean> bioListEmpty(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new BioListEmpty(c, dio));
  }

  /** The bio_lock section of {@code dio_bio_reap}. */
  static Step<Reaped> reap(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new Reap(c, dio));
  }

  /** Reads {@code dio->is_async}. */
  static Step<Boolean> isAsync(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new IsAsync(c, dio));
  }

  /** Reads {@code dio->iocb}. */
  static Step<Kiocb> iocb(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new ReadIocb(c, dio));
  }

  /** What {@code dio_complete} reads, by the holder of the last reference. */
  static Step<Snapshot> complete(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new Complete(c, dio));
  }

  /** Reads {@code dio->result} without a lock, next to what does not change. */
  static Step<Snapshot> outcome(ActorRef<Command> slab, DioRef dio) {
    return Step.call(slab, c -> new ReadOutcome(c, dio));
  }

  /** How many requests exist: 0 on a machine at rest. */
  public static Step<Integer> live(ActorRef<Command> slab) {
    return Step.call(slab, Live::new);
  }
}
