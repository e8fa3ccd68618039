package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.Kioctx.ReadEvent;
import diorama.kernel.fs.KioctxActor.Command;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/** Sections of who waits for events and takes them. */
sealed interface AioEventsCall extends Command {
  record WakeUp(Caller<Done> caller, Address ctx) implements AioEventsCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().wakeUp(caller, ctx);
    }
  }

  record ReadEvt(Caller<ReadEvent> caller, Address ctx) implements AioEventsCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().readEvt(caller, ctx);
    }
  }

  record ReadEvtOrSleep(
      Caller<ReadEvent> caller, Address ctx, boolean enough, @Nullable AioTimeout timeout)
      implements AioEventsCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().readEvtOrSleep(caller, ctx, enough, timeout);
    }
  }

  record InterruptReader(Caller<ReadEvent> caller, Address ctx) implements AioEventsCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().interruptReader(caller, ctx);
    }
  }

  record SetTimeout(Caller<AioTimeout> caller, long nanos) implements AioEventsCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().setTimeout(caller, nanos);
    }
  }

  record ClearTimeout(Caller<Done> caller, AioTimeout timeout) implements AioEventsCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().clearTimeout(caller, timeout);
    }
  }

  record TimedOut(AioTimeout timeout) implements AioEventsCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().timedOut(timeout);
    }
  }

  /** {@code wake_up(&ctx->wait)}. */
  static Step<Done> wakeUp(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new WakeUp(c, ctx));
  }

  /** {@code aio_read_evt}. */
  static Step<ReadEvent> readEvt(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new ReadEvt(c, ctx));
  }

  /** One round of the loop in {@code read_events}; a signal ends the sleep. */
  static Step<ReadEvent> readEvtOrSleep(
      ActorRef<Command> kioctxs, Address ctx, boolean enough, @Nullable AioTimeout timeout) {
    return Step.interruptibleCall(
        kioctxs,
        c -> new ReadEvtOrSleep(c, ctx, enough, timeout),
        c -> new InterruptReader(c, ctx));
  }

  /** {@code set_timeout}, in nanoseconds that are scaled already. */
  static Step<AioTimeout> setTimeout(ActorRef<Command> kioctxs, long nanos) {
    return Step.call(kioctxs, c -> new SetTimeout(c, nanos));
  }

  /** {@code clear_timeout}. */
  static Step<Done> clearTimeout(ActorRef<Command> kioctxs, AioTimeout timeout) {
    return Step.call(kioctxs, c -> new ClearTimeout(c, timeout));
  }
}
