package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.Dio.Awaited;
import diorama.kernel.fs.DioActor.Reaped;
import diorama.kernel.fs.DioActor.Section;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** What a {@code struct dio} of 2.6.19 and before is asked, which counts bios in bio_count. */
final class BioCounts {
  private BioCounts() {}

  record IsLastOrPut(Caller<Boolean> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "finished_one_bio",
          caller,
          dio,
          d -> {
            boolean last = d.isLastOrPut();
            m.trace("finished_one_bio", caller, dio, "bio_count=%d", d.refcount());
            caller.answer(last);
          });
    }
  }

  record PutAndWake(Caller<Integer> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.count("finished_one_bio: fallback", caller, dio, Dio::putAndWake);
    }
  }

  record SetWaiter(Caller<Done> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "dio->waiter",
          caller,
          dio,
          d -> {
            d.setWaiter(caller.context());
            caller.answer(Done.DONE);
          });
    }
  }

  record BioCount(Caller<Integer> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.read("dio->bio_count", caller, dio, DioSlab.POISON, Dio::refcount);
    }
  }

  record PopOrWait(Caller<Reaped> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "dio_await_one",
          caller,
          dio,
          d -> caller.answer(new Reaped(d.popOrWait(caller.context()))));
    }
  }

  record IoSchedule(Caller<Awaited> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.touch("io_schedule", caller, dio, d -> d.ioSchedule(caller));
    }
  }

  record AwaitDrained(Caller<Awaited> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.touch("dio->bio_count", caller, dio, d -> d.awaitDrained(caller));
    }
  }

  record DecAndTest(Caller<Boolean> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.touch(
          "atomic_dec_and_test",
          caller,
          dio,
          d -> {
            int count = d.put();
            m.trace("finished_one_bio", caller, dio, "bio_count=%d", count);
            caller.answer(count == 0);
          });
    }
  }

  record SetUninterruptible(Caller<Done> caller) implements Section {
    @Override
    public void execute(DioSlab m) {
      m.draining().setUninterruptible(caller.context());
      caller.answer(Done.DONE);
    }
  }

  record ScheduleWhileDraining(Caller<Done> caller, DioRef dio) implements Section {
    @Override
    public void execute(DioSlab m) {
      if (m.draining().ioSchedule(caller)) {
        m.trace("io_schedule", caller, dio, "", 0);
      }
    }
  }

  /** The first bio_lock section of {@code finished_one_bio}: whether the request is to complete. */
  static Step<Boolean> isLastOrPut(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.call(slab, c -> new IsLastOrPut(c, dio));
  }

  /** The second bio_lock section of {@code finished_one_bio}. */
  static Step<Integer> putAndWake(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.call(slab, c -> new PutAndWake(c, dio));
  }

  /** {@code dio->waiter = current} without a lock. */
  static Step<Done> setWaiter(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.call(slab, c -> new SetWaiter(c, dio));
  }

  /** Reads {@code dio->bio_count} without a lock. */
  static Step<Integer> bioCount(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.call(slab, c -> new BioCount(c, dio));
  }

  /** The first bio_lock section of 2.6.19's {@code dio_await_one}. */
  static Step<Reaped> popOrWait(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.call(slab, c -> new PopOrWait(c, dio));
  }

  /** {@code io_schedule} in 2.6.19's {@code dio_await_one}. */
  static Step<Awaited> ioSchedule(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.sleepingCall(slab, c -> new IoSchedule(c, dio));
  }

  /** 2.6.19's {@code direct_io_worker}: sleeps while {@code bio_count} is not 0. */
  static Step<Awaited> awaitDrained(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.sleepingCall(slab, c -> new AwaitDrained(c, dio));
  }

  /** {@code atomic_dec_and_test(&dio->bio_count)}: whether it is 0 now. */
  static Step<Boolean> decAndTest(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.call(slab, c -> new DecAndTest(c, dio));
  }

  /** {@code set_current_state(TASK_UNINTERRUPTIBLE)}, in front of {@link #ioScheduleDraining}. */
  static Step<Done> setUninterruptible(ActorRef<DioActor.Command> slab) {
    return Step.call(slab, SetUninterruptible::new);
  }

  /** {@code io_schedule} of who waits for {@code bio_count} without a lock. */
  static Step<Done> ioScheduleDraining(ActorRef<DioActor.Command> slab, DioRef dio) {
    return Step.sleepingCall(slab, c -> new ScheduleWhileDraining(c, dio));
  }
}
