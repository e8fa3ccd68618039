package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.IoctxMemory.Alive;
import diorama.kernel.fs.IoctxMemory.FoundKioctx;
import diorama.kernel.fs.KioctxActor.Command;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/** Sections that concern a whole I/O context: how it comes and goes. */
sealed interface IoctxCall extends Command {
  record AllocKioctx(Caller<Address> caller, int maxReqs, Mm mm) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().allocKioctx(caller, maxReqs, mm);
    }
  }

  record SetupRing(Caller<Long> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().setupRing(caller, ctx);
    }
  }

  record FreeRing(Caller<Done> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().freeRing(caller, ctx);
    }
  }

  record ChargeAioNr(Caller<Boolean> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().chargeAioNr(caller, ctx);
    }
  }

  record UnchargeAioNr(Caller<Done> caller, int maxReqs) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().unchargeAioNr(caller, maxReqs);
    }
  }

  record LinkIoctx(Caller<Long> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().linkIoctx(caller, ctx);
    }
  }

  record LookupIoctx(Caller<FoundKioctx> caller, Mm mm, long ctxId) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().lookupIoctx(caller, mm, ctxId);
    }
  }

  record GetIoctx(Caller<Done> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().getIoctx(caller, ctx);
    }
  }

  record PutIoctx(Caller<Boolean> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().putIoctx(caller, ctx);
    }
  }

  record CheckNoRequests(Caller<Integer> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().checkNoRequests(caller, ctx);
    }
  }

  record CancelWork(Caller<Done> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().cancelWork(caller, ctx);
    }
  }

  record FreeKioctx(Caller<Done> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().freeKioctx(caller, ctx);
    }
  }

  record UnlinkIoctx(Caller<Boolean> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().unlinkIoctx(caller, ctx);
    }
  }

  record CancelAll(Caller<Done> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().cancelAll(caller, ctx);
    }
  }

  record WaitForAll(Caller<Boolean> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().waitForAll(caller, ctx);
    }
  }

  record LookupKiocb(Caller<Boolean> caller, Address ctx, long obj) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().lookupKiocb(caller, ctx, obj);
    }
  }

  record TakeIoctxList(Caller<List<Address>> caller, Mm mm) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().takeIoctxList(caller, mm);
    }
  }

  record ReadAlive(Caller<Alive> caller, Address ctx) implements IoctxCall {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().alive(caller, ctx);
    }
  }

  /** {@code kmem_cache_alloc(kioctx_cachep, GFP_KERNEL)}. */
  static Step<Address> allocKioctx(ActorRef<Command> kioctxs, int maxReqs, Mm mm) {
    return Step.sleepingCall(kioctxs, c -> new AllocKioctx(c, maxReqs, mm));
  }

  /** {@code aio_setup_ring}: 0 or -EAGAIN. */
  static Step<Long> setupRing(ActorRef<Command> kioctxs, Address ctx) {
    return Step.sleepingCall(kioctxs, c -> new SetupRing(c, ctx));
  }

  /** {@code aio_free_ring}. */
  static Step<Done> freeRing(ActorRef<Command> kioctxs, Address ctx) {
    return Step.sleepingCall(kioctxs, c -> new FreeRing(c, ctx));
  }

  /** The aio_nr_lock section of {@code ioctx_alloc}. */
  static Step<Boolean> chargeAioNr(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new ChargeAioNr(c, ctx));
  }

  /** The aio_nr_lock section of {@code __put_ioctx}. */
  static Step<Done> unchargeAioNr(ActorRef<Command> kioctxs, int maxReqs) {
    return Step.call(kioctxs, c -> new UnchargeAioNr(c, maxReqs));
  }

  /** The ioctx_list_lock section of {@code ioctx_alloc}: the id that the program sees. */
  static Step<Long> linkIoctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new LinkIoctx(c, ctx));
  }

  /** {@code lookup_ioctx}. */
  static Step<FoundKioctx> lookupIoctx(ActorRef<Command> kioctxs, Mm mm, long ctxId) {
    return Step.call(kioctxs, c -> new LookupIoctx(c, mm, ctxId));
  }

  /** {@code get_ioctx}. */
  static Step<Done> getIoctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new GetIoctx(c, ctx));
  }

  /** {@code put_ioctx} up to its test: whether it was the last reference. */
  static Step<Boolean> putIoctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new PutIoctx(c, ctx));
  }

  /** {@code BUG_ON(ctx->reqs_active)}: {@code max_reqs}. */
  static Step<Integer> checkNoRequests(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new CheckNoRequests(c, ctx));
  }

  /** {@code cancel_delayed_work}. */
  static Step<Done> cancelWork(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new CancelWork(c, ctx));
  }

  /** {@code kmem_cache_free(kioctx_cachep)}. */
  static Step<Done> freeKioctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new FreeKioctx(c, ctx));
  }

  /** The ioctx_list_lock section of {@code io_destroy}: whether it was dead. */
  static Step<Boolean> unlinkIoctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new UnlinkIoctx(c, ctx));
  }

  /** The ctx_lock section of {@code aio_cancel_all}. */
  static Step<Done> cancelAll(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new CancelAll(c, ctx));
  }

  /** One round of {@code wait_for_all_aios}: whether to look again. */
  static Step<Boolean> waitForAll(ActorRef<Command> kioctxs, Address ctx) {
    return Step.sleepingCall(kioctxs, c -> new WaitForAll(c, ctx));
  }

  /** {@code lookup_kiocb}. */
  static Step<Boolean> lookupKiocb(ActorRef<Command> kioctxs, Address ctx, long obj) {
    return Step.call(kioctxs, c -> new LookupKiocb(c, ctx, obj));
  }

  /** Takes {@code mm->ioctx_list}. */
  static Step<List<Address>> takeIoctxList(ActorRef<Command> kioctxs, Mm mm) {
    return Step.call(kioctxs, c -> new TakeIoctxList(c, mm));
  }

  /** Reads users, dead and reqs_active. */
  static Step<Alive> alive(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new ReadAlive(c, ctx));
  }
}
