package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.KioctxActor.Command;
import diorama.kernel.fs.RefKiocbMemory.FoundReq;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** Sections that concern one asynchronous request since 3.12. */
sealed interface RefKiocbCall extends Command {
  record AioGetReq(Caller<Address> caller, Address ctx) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().aioGetReq(caller, ctx);
    }
  }

  record InitReq(Caller<Kiocb> caller, Address req, OpenFile filp, IoSubmission iocb)
      implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().initReq(caller, req, filp, iocb);
    }
  }

  record FreeReq(Caller<Done> caller, Address req) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().freeReq(caller, req);
    }
  }

  record ReadReq(Caller<FoundReq> caller, Kiocb iocb) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().readReq(caller, iocb);
    }
  }

  record ReadRefKiPos(Caller<Long> caller, Kiocb iocb) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().readKiPos(caller, iocb);
    }
  }

  record StoreResult(Caller<Done> caller, Kiocb iocb, long res, long res2) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().storeResult(caller, iocb, res, res2);
    }
  }

  record IocbPut(Caller<Boolean> caller, Kiocb iocb) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().iocbPut(caller, iocb);
    }
  }

  record CompleteRef(Caller<Done> caller, Kiocb iocb, long res, long res2) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().complete(caller, iocb, res, res2);
    }
  }

  record CompleteStored(Caller<Done> caller, Kiocb iocb) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().completeStored(caller, iocb);
    }
  }

  record FreeRefKiocb(Caller<Done> caller, Kiocb iocb) implements RefKiocbCall {
    @Override
    public void execute(AioMemory m) {
      m.refKiocbs().freeKiocb(caller, iocb);
    }
  }

  /** {@code kmem_cache_alloc(kiocb_cachep, GFP_KERNEL)} of {@code aio_get_req}. */
  static Step<Address> aioGetReq(ActorRef<Command> kioctxs, Address ctx) {
    return Step.sleepingCall(kioctxs, c -> new AioGetReq(c, ctx));
  }

  /** Stores what the program asked for into the request. */
  static Step<Kiocb> initReq(
      ActorRef<Command> kioctxs, Address req, OpenFile filp, IoSubmission iocb) {
    return Step.call(kioctxs, c -> new InitReq(c, req, filp, iocb));
  }

  /** {@code kmem_cache_free(kiocb_cachep)} of a request without a file. */
  static Step<Done> freeReq(ActorRef<Command> kioctxs, Address req) {
    return Step.call(kioctxs, c -> new FreeReq(c, req));
  }

  /** Reads {@code ki_ctx} and {@code ki_filp}. */
  static Step<FoundReq> readReq(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new ReadReq(c, iocb));
  }

  /** Reads {@code ki_pos}. */
  static Step<Long> readKiPos(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new ReadRefKiPos(c, iocb));
  }

  /** Stores the result into the request. */
  static Step<Done> storeResult(ActorRef<Command> kioctxs, Kiocb iocb, long res, long res2) {
    return Step.call(kioctxs, c -> new StoreResult(c, iocb, res, res2));
  }

  /** {@code iocb_put} up to its test: whether it was the last reference. */
  static Step<Boolean> iocbPut(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new IocbPut(c, iocb));
  }

  /** The completion_lock section of {@code aio_complete}. */
  static Step<Done> complete(ActorRef<Command> kioctxs, Kiocb iocb, long res, long res2) {
    return Step.call(kioctxs, c -> new CompleteRef(c, iocb, res, res2));
  }

  /** The same, with the result that was stored before. */
  static Step<Done> completeStored(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new CompleteStored(c, iocb));
  }

  /** {@code kmem_cache_free(kiocb_cachep)}. */
  static Step<Done> freeKiocb(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new FreeRefKiocb(c, iocb));
  }
}
