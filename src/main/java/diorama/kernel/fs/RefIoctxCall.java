package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.IoctxMemory.FoundKioctx;
import diorama.kernel.fs.KioctxActor.Command;
import diorama.kernel.fs.ReadEvents.Round;
import diorama.kernel.fs.RefKioctx.CtxRqWait;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sections that concern a whole I/O context since 3.12, its slots and its events. */
sealed interface RefIoctxCall extends Command {
  record AllocRefKioctx(Caller<Address> caller, int maxReqs, Mm mm) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().allocKioctx(caller, maxReqs, mm);
    }
  }

  record SetupRefRing(Caller<Long> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().setupRing(caller, ctx);
    }
  }

  record ChargeRefAioNr(Caller<Boolean> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().chargeAioNr(caller, ctx);
    }
  }

  record AioNrSub(Caller<Done> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().aioNrSub(caller, ctx);
    }
  }

  record IoctxAddTable(Caller<Long> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().ioctxAddTable(caller, ctx);
    }
  }

  record LookupRefIoctx(Caller<FoundKioctx> caller, Mm mm, long ctxId) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().lookupIoctx(caller, mm, ctxId);
    }
  }

  record PutUsers(Caller<Boolean> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().putUsers(caller, ctx);
    }
  }

  record PutReqs(Caller<Boolean> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().putReqs(caller, ctx);
    }
  }

  record KillIoctx(Caller<Boolean> caller, Address ctx, @Nullable CtxRqWait requests)
      implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().killIoctx(caller, ctx, requests);
    }
  }

  record IoctxTable(Caller<List<Address>> caller, Mm mm) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().ioctxTable(caller, mm);
    }
  }

  record FreeIoctxReqs(Caller<Done> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().freeIoctxReqs(caller, ctx);
    }
  }

  record WaitForCompletion(Caller<Done> caller, CtxRqWait requests) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().waitForCompletion(caller, requests);
    }
  }

  record FreeRefRing(Caller<Done> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().freeRing(caller, ctx);
    }
  }

  record FreeRefKioctx(Caller<Done> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().freeKioctx(caller, ctx);
    }
  }

  record GetReqsAvailable(Caller<Boolean> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().getReqsAvailable(caller, ctx);
    }
  }

  record UserRefillReqsAvailable(Caller<Done> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().userRefillReqsAvailable(caller, ctx);
    }
  }

  record PutReqsAvailable(Caller<Done> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().putReqsAvailable(caller, ctx);
    }
  }

  record WakeUpReaders(Caller<Done> caller, Address ctx) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().wakeUp(caller, ctx);
    }
  }

  record ReadEventsRound(Caller<Round> caller, Address ctx, ReadEvents call)
      implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().readEvents(caller, ctx, call);
    }
  }

  record InterruptReadEvents(Caller<Round> caller, ReadEvents call) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().interruptReader(caller, call);
    }
  }

  record ArmReadTimer(Caller<Done> caller, ReadEvents call, long nanos) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().armTimer(caller, call, nanos);
    }
  }

  record ReadTimer(ReadEvents call) implements RefIoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.refIoctxs().readTimer(call);
    }
  }

  /** {@code kmem_cache_zalloc(kioctx_cachep, GFP_KERNEL)}. */
  static Step<Address> allocKioctx(ActorRef<Command> kioctxs, int maxReqs, Mm mm) {
    return Step.sleepingCall(kioctxs, c -> new AllocRefKioctx(c, maxReqs, mm));
  }

  /** {@code aio_setup_ring}: 0 or -ENOMEM. */
  static Step<Long> setupRing(ActorRef<Command> kioctxs, Address ctx) {
    return Step.sleepingCall(kioctxs, c -> new SetupRefRing(c, ctx));
  }

  /** The aio_nr_lock section of {@code ioctx_alloc}: whether it fits. */
  static Step<Boolean> chargeAioNr(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new ChargeRefAioNr(c, ctx));
  }

  /** {@code aio_nr_sub}. */
  static Step<Done> aioNrSub(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new AioNrSub(c, ctx));
  }

  /** {@code ioctx_add_table}: the id that the program sees. */
  static Step<Long> ioctxAddTable(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new IoctxAddTable(c, ctx));
  }

  /** {@code lookup_ioctx}. */
  static Step<FoundKioctx> lookupIoctx(ActorRef<Command> kioctxs, Mm mm, long ctxId) {
    return Step.call(kioctxs, c -> new LookupRefIoctx(c, mm, ctxId));
  }

  /** {@code percpu_ref_put(&ctx->users)} up to its test. */
  static Step<Boolean> putUsers(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new PutUsers(c, ctx));
  }

  /** {@code percpu_ref_put(&ctx->reqs)} up to its test. */
  static Step<Boolean> putReqs(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new PutReqs(c, ctx));
  }

  /** The ioctx_lock section of {@code kill_ioctx}: false if it was dead. */
  static Step<Boolean> killIoctx(
      ActorRef<Command> kioctxs, Address ctx, @Nullable CtxRqWait requests) {
    return Step.call(kioctxs, c -> new KillIoctx(c, ctx, requests));
  }

  /** {@code mm->ioctx_table}. */
  static Step<List<Address>> ioctxTable(ActorRef<Command> kioctxs, Mm mm) {
    return Step.call(kioctxs, c -> new IoctxTable(c, mm));
  }

  /** {@code free_ioctx_reqs}. */
  static Step<Done> freeIoctxReqs(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new FreeIoctxReqs(c, ctx));
  }

  /** {@code wait_for_completion(&wait.comp)}. */
  static Step<Done> waitForCompletion(ActorRef<Command> kioctxs, CtxRqWait requests) {
    return Step.sleepingCall(kioctxs, c -> new WaitForCompletion(c, requests));
  }

  /** {@code aio_free_ring}. */
  static Step<Done> freeRing(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new FreeRefRing(c, ctx));
  }

  /** {@code kmem_cache_free(kioctx_cachep)}. */
  static Step<Done> freeKioctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new FreeRefKioctx(c, ctx));
  }

  /** {@code __get_reqs_available}. */
  static Step<Boolean> getReqsAvailable(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new GetReqsAvailable(c, ctx));
  }

  /** {@code user_refill_reqs_available}. */
  static Step<Done> userRefillReqsAvailable(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new UserRefillReqsAvailable(c, ctx));
  }

  /** {@code put_reqs_available(ctx, 1)}. */
  static Step<Done> putReqsAvailable(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new PutReqsAvailable(c, ctx));
  }

  /** {@code wake_up(&ctx->wait)}. */
  static Step<Done> wakeUp(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new WakeUpReaders(c, ctx));
  }

  /** {@code hrtimer_start}, in nanoseconds that are scaled already. */
  static Step<Done> armTimer(ActorRef<Command> kioctxs, ReadEvents call, long nanos) {
    return Step.call(kioctxs, c -> new ArmReadTimer(c, call, nanos));
  }

  /** One round of the wait in {@code read_events}; a signal ends the sleep. */
  static Step<Round> readEvents(ActorRef<Command> kioctxs, Address ctx, ReadEvents call) {
    return Step.interruptibleCall(
        kioctxs, c -> new ReadEventsRound(c, ctx, call), c -> new InterruptReadEvents(c, call));
  }
}
