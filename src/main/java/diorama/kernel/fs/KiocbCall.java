package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.KiocbMemory.Fput;
import diorama.kernel.fs.KioctxActor.Command;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** Sections that concern one asynchronous request: how it is made, completed and put. */
sealed interface KiocbCall extends Command {
  record AllocKiocb(Caller<Kiocb> caller, Address ctx, OpenFile filp, long pos, long nbytes)
      implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().allocKiocb(caller, ctx, filp, pos, nbytes);
    }
  }

  record GetReq(Caller<Boolean> caller, Kiocb iocb, Address ctx) implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().getReq(caller, iocb, ctx);
    }
  }

  record FreeKiocb(Caller<Done> caller, Kiocb iocb) implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().freeKiocb(caller, iocb);
    }
  }

  record FillReq(Caller<Done> caller, AioRequest request, long obj, long data)
      implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().fillReq(caller, request, obj, data);
    }
  }

  record ReadKiPos(Caller<Long> caller, Kiocb iocb) implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().readKiPos(caller, iocb);
    }
  }

  record WriteKiPos(Caller<Done> caller, Kiocb iocb, long pos) implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().writeKiPos(caller, iocb, pos);
    }
  }

  record ReadKiCtx(Caller<Address> caller, Kiocb iocb) implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().readKiCtx(caller, iocb);
    }
  }

  record Complete(Caller<Boolean> caller, Kiocb iocb, Address ctx, long res, long res2)
      implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().complete(caller, iocb, ctx, res, res2);
    }
  }

  record PutReq(Caller<Boolean> caller, Kiocb iocb, Address ctx) implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().putReq(caller, iocb, ctx);
    }
  }

  record NextFput(Caller<Fput> caller) implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().nextFput(caller);
    }
  }

  record ReallyPut(Caller<Done> caller, Kiocb iocb, Address ctx) implements KiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.kiocbs().reallyPut(caller, iocb, ctx);
    }
  }

  /** {@code kmem_cache_alloc(kiocb_cachep, GFP_KERNEL)}. */
  static Step<Kiocb> allocKiocb(
      ActorRef<Command> kioctxs, Address ctx, OpenFile filp, long pos, long nbytes) {
    return Step.sleepingCall(kioctxs, c -> new AllocKiocb(c, ctx, filp, pos, nbytes));
  }

  /** The ctx_lock section of {@code __aio_get_req}: whether there was room. */
  static Step<Boolean> getReq(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new GetReq(c, iocb, ctx));
  }

  /** {@code kmem_cache_free(kiocb_cachep)}. */
  static Step<Done> freeKiocb(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new FreeKiocb(c, iocb));
  }

  /** Stores what the program asked for into the kiocb. */
  static Step<Done> fillReq(ActorRef<Command> kioctxs, AioRequest request, long obj, long data) {
    return Step.call(kioctxs, c -> new FillReq(c, request, obj, data));
  }

  /** Reads {@code ki_pos}. */
  static Step<Long> readKiPos(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new ReadKiPos(c, iocb));
  }

  /** Writes {@code ki_pos}. */
  static Step<Done> writeKiPos(ActorRef<Command> kioctxs, Kiocb iocb, long pos) {
    return Step.call(kioctxs, c -> new WriteKiPos(c, iocb, pos));
  }

  /** Reads {@code ki_ctx}. */
  static Step<Address> readKiCtx(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new ReadKiCtx(c, iocb));
  }

  /** The ctx_lock section of {@code aio_complete}: whether it freed the kiocb. */
  static Step<Boolean> complete(
      ActorRef<Command> kioctxs, Kiocb iocb, Address ctx, long res, long res2) {
    return Step.call(kioctxs, c -> new Complete(c, iocb, ctx, res, res2));
  }

  /** The ctx_lock section of {@code aio_put_req}: whether it freed the kiocb. */
  static Step<Boolean> putReq(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new PutReq(c, iocb, ctx));
  }

  /** The fput_lock section of {@code aio_fput_routine}. */
  static Step<Fput> nextFput(ActorRef<Command> kioctxs) {
    return Step.call(kioctxs, NextFput::new);
  }

  /** The ctx_lock section of {@code aio_fput_routine}. */
  static Step<Done> reallyPut(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new ReallyPut(c, iocb, ctx));
  }
}
