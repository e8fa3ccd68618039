package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.AioRuns.Next;
import diorama.kernel.fs.KioctxActor.Command;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * Sections of requests that run, and run again: the run list, the workqueue, and synchronous
 * kiocbs.
 */
sealed interface AioRunCall extends Command {
  record RunBegin(Caller<Done> caller, Kiocb iocb, Address ctx) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().runBegin(caller, iocb, ctx);
    }
  }

  record IsCancelled(Caller<Boolean> caller, Kiocb iocb) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().isCancelled(caller, iocb);
    }
  }

  record RunEnd(Caller<Next> caller, Kiocb iocb, Address ctx, long ret, boolean extraRef)
      implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().runEnd(caller, iocb, ctx, ret, extraRef);
    }
  }

  record RunFirst(Caller<Next> caller, Address ctx) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().runFirst(caller, ctx);
    }
  }

  record RunListIsEmpty(Caller<Boolean> caller, Address ctx) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().runListIsEmpty(caller, ctx);
    }
  }

  record Kick(Caller<Boolean> caller, Kiocb iocb, Address ctx) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().kick(caller, iocb, ctx);
    }
  }

  record SetPgBusy(Caller<Done> caller, Kiocb iocb) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().setPgBusy(caller, iocb);
    }
  }

  record TestClearPgBusy(Caller<Boolean> caller, Kiocb iocb) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().testClearPgBusy(caller, iocb);
    }
  }

  record QueueKickWork(Caller<Done> caller, Address ctx) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().queueKickWork(caller, ctx);
    }
  }

  record CompleteSync(Caller<Boolean> caller, Kiocb iocb, long res) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().completeSync(caller, iocb, res);
    }
  }

  record WaitOnSync(Caller<Long> caller, Kiocb iocb) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().waitOnSync(caller, iocb);
    }
  }

  record WaitOnRetrySync(Caller<Long> caller, Kiocb iocb) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().waitOnRetrySync(caller, iocb);
    }
  }

  record KickSync(Caller<Done> caller, Kiocb iocb) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().kickSync(caller, iocb);
    }
  }

  record BeginWork(Caller<Done> caller, AioWork work) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().beginWork(caller, work);
    }
  }

  record EndWork(Caller<Done> caller) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().endWork(caller);
    }
  }

  record FlushWorkqueue(Caller<Done> caller) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().flushWorkqueue(caller);
    }
  }

  record KickTimer(Address ctx) implements AioRunCall {
    @Override
    public void execute(AioMemory m) {
      m.runs().kickTimer(ctx);
    }
  }

  /** The first section of {@code aio_run_iocb}. */
  static Step<Done> runBegin(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new RunBegin(c, iocb, ctx));
  }

  /** {@code kiocbIsCancelled}. */
  static Step<Boolean> isCancelled(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new IsCancelled(c, iocb));
  }

  /** The section after a retry method: the next request on the run list. */
  static Step<Next> runEnd(
      ActorRef<Command> kioctxs, Kiocb iocb, Address ctx, long ret, boolean extraRef) {
    return Step.call(kioctxs, c -> new RunEnd(c, iocb, ctx, ret, extraRef));
  }

  /** The first request on the run list. */
  static Step<Next> runFirst(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new RunFirst(c, ctx));
  }

  /** {@code list_empty(&ctx->run_list)}. */
  static Step<Boolean> runListIsEmpty(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new RunListIsEmpty(c, ctx));
  }

  /** The section of {@code try_queue_kicked_iocb}. */
  static Step<Boolean> kick(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new Kick(c, iocb, ctx));
  }

  /** {@code set_bit} of Leonid Ananiev's flag in {@code ki_flags}. */
  static Step<Done> setPgBusy(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new SetPgBusy(c, iocb));
  }

  /** {@code test_and_clear_bit} of that flag. */
  static Step<Boolean> testClearPgBusy(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new TestClearPgBusy(c, iocb));
  }

  /** {@code aio_queue_work}. */
  static Step<Done> queueKickWork(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new QueueKickWork(c, ctx));
  }

  /** {@code aio_complete} of a synchronous kiocb. */
  static Step<Boolean> completeSync(ActorRef<Command> kioctxs, Kiocb iocb, long res) {
    return Step.call(kioctxs, c -> new CompleteSync(c, iocb, res));
  }

  /** {@code wait_on_sync_kiocb}. */
  static Step<Long> waitOnSync(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.sleepingCall(kioctxs, c -> new WaitOnSync(c, iocb));
  }

  /** {@code wait_on_retry_sync_kiocb}. */
  static Step<Long> waitOnRetrySync(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.sleepingCall(kioctxs, c -> new WaitOnRetrySync(c, iocb));
  }

  /** {@code kick_iocb} of a synchronous kiocb. */
  static Step<Done> kickSync(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new KickSync(c, iocb));
  }

  /** The worker takes up a piece of work. */
  static Step<Done> beginWork(ActorRef<Command> kioctxs, AioWork work) {
    return Step.call(kioctxs, c -> new BeginWork(c, work));
  }

  /** The worker has finished a piece of work. */
  static Step<Done> endWork(ActorRef<Command> kioctxs) {
    return Step.call(kioctxs, EndWork::new);
  }

  /** {@code flush_workqueue(aio_wq)}. */
  static Step<Done> flushWorkqueue(ActorRef<Command> kioctxs) {
    return Step.sleepingCall(kioctxs, FlushWorkqueue::new);
  }
}
