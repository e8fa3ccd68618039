package diorama.kernel.fs;

import diorama.kernel.fs.Kioctx.Posted;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.KmemCache.Found;
import diorama.kernel.sched.KmemCache.State;
import diorama.kernel.sched.Oops;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slab "kiocb" of one machine since 3.12: how requests are made, completed and put.
 *
 * <p>Part of {@link AioMemory}. Every method is one section or one atomic operation and answers its
 * caller.
 */
final class RefKiocbMemory {
  private final Tracer tracer;
  private final RefIoctxMemory ioctxs;
  private final KmemCache<AioKiocb> kiocbs;
  private long requests;

  /** An empty slab. */
  RefKiocbMemory(AfterFree afterFree, Tracer tracer, RefIoctxMemory ioctxs) {
    this.tracer = tracer;
    this.ioctxs = ioctxs;
    this.kiocbs = new KmemCache<>("kiocb", afterFree);
  }

  /** How many requests are allocated. */
  int live() {
    return kiocbs.live();
  }

  private static Address address(Kiocb iocb) {
    return java.util.Objects.requireNonNull(iocb.address());
  }

  /** Follows a pointer; dies if it leads to poison. */
  private void inKiocb(Caller<?> caller, Kiocb iocb, Consumer<AioKiocb> body) {
    AioKiocb req = touch(caller.context(), iocb);
    if (req == null) {
      caller.oops(new Oops.PagingFault(AioMemory.POISON, List.of()));
    } else {
      body.accept(req);
    }
  }

  private @Nullable AioKiocb touch(Context context, Kiocb iocb) {
    Found<AioKiocb> found = kiocbs.find(address(iocb));
    AioKiocb req = found.content();
    if (found.state() != State.LIVE) {
      Subject live = found.state() == State.REUSED && req != null ? req.self() : null;
      tracer.emit(
          new Tracepoint("use after free", context, iocb, live, "kiocb is " + found.state(), 0, 0));
    }
    return req;
  }

  // ---- a request is made ----

  /**
   * {@code kmem_cache_alloc(kiocb_cachep)} of {@code aio_get_req}, with its {@code
   * percpu_ref_get(&ctx->reqs)}: the caller has a reference on users, so that nobody waits for reqs
   * to become 0 in between.
   */
  void aioGetReq(Caller<Address> caller, Address ctxAddress) {
    ioctxs.inKioctx(
        caller,
        ctxAddress,
        ctx -> {
          ctx.reqs++;
          caller.answer(kiocbs.allocate(() -> new AioKiocb(ctxAddress)));
        });
  }

  /** The stores of {@code io_submit_one} into a request that nobody else knows. */
  void initReq(Caller<Kiocb> caller, Address address, OpenFile filp, IoSubmission iocb) {
    AioKiocb req = java.util.Objects.requireNonNull(kiocbs.find(address).content());
    Kiocb self = new Kiocb(address, filp.file(), iocb.offset(), iocb.nbytes(), ++requests);
    req.setSelf(self);
    req.kiFilp = filp;
    req.kiPos = iocb.offset();
    req.obj = iocb.address();
    req.data = iocb.data();
    tracer.emit(
        new Tracepoint("aio_get_req", caller.context(), self, new KioctxRef(req.kiCtx), "", 0, 0));
    caller.answer(self);
  }

  /** {@code kmem_cache_free(kiocb_cachep)} of a request that got no file. */
  void freeReq(Caller<Done> caller, Address address) {
    kiocbs.free(address);
    caller.answer(Done.DONE);
  }

  // ---- a request completes ----

  /** What the way to the ring needs of a request. */
  record FoundReq(Address ctx, OpenFile filp) {}

  /** Reads {@code ki_ctx} and {@code ki_filp}. */
  void readReq(Caller<FoundReq> caller, Kiocb iocb) {
    inKiocb(
        caller,
        iocb,
        req ->
            caller.answer(new FoundReq(req.kiCtx, java.util.Objects.requireNonNull(req.kiFilp))));
  }

  /** Reads {@code ki_pos}. */
  void readKiPos(Caller<Long> caller, Kiocb iocb) {
    AioKiocb req = touch(caller.context(), iocb);
    caller.answer(req == null ? 0x6b6b6b6b6b6b6b6bL : req.kiPos);
  }

  /** The stores of {@code aio_complete_rw} since 84c4e1f8. */
  void storeResult(Caller<Done> caller, Kiocb iocb, long res, long res2) {
    inKiocb(
        caller,
        iocb,
        req -> {
          req.res = res;
          req.res2 = res2;
          caller.answer(Done.DONE);
        });
  }

  /** {@code refcount_dec_and_test(&iocb->ki_refcnt)} of {@code iocb_put}. */
  void iocbPut(Caller<Boolean> caller, Kiocb iocb) {
    inKiocb(
        caller,
        iocb,
        req -> {
          req.kiRefcnt--;
          tracer.emit(
              Tracepoint.of("iocb_put", caller.context(), iocb, "ki_refcnt=%d", req.kiRefcnt));
          caller.answer(req.kiRefcnt == 0);
        });
  }

  /** The completion_lock section of {@code aio_complete}: the result comes from the caller. */
  void complete(Caller<Done> caller, Kiocb iocb, long res, long res2) {
    inKiocb(
        caller,
        iocb,
        req -> {
          req.res = res;
          req.res2 = res2;
          post(caller, iocb, req);
        });
  }

  /** The same, with the result that has been stored. */
  void completeStored(Caller<Done> caller, Kiocb iocb) {
    inKiocb(caller, iocb, req -> post(caller, iocb, req));
  }

  private void post(Caller<Done> caller, Kiocb iocb, AioKiocb req) {
    ioctxs.inKioctx(
        caller,
        req.kiCtx,
        ctx -> {
          tracer.emit(Tracepoint.of("aio_complete", caller.context(), iocb, "res=%d", req.res));
          if (!ctx.hasRing()) {
            // A completion too many let free_ioctx run before this one.
            caller.oops(new Oops.PagingFault(KiocbMemory.NULL_RING, List.of()));
            return;
          }
          Kiocb found = req.self();
          Kiocb carried = found == null ? iocb : found;
          ctx.post(new Posted(new IoEvent(req.obj, req.data, req.res, req.res2), carried));
          tracer.emit(
              new Tracepoint(
                  "event",
                  caller.context(),
                  carried,
                  new KioctxRef(ctx.self()),
                  "res=%d",
                  req.res,
                  req.obj));
          caller.answer(Done.DONE);
        });
  }

  /** {@code kmem_cache_free(kiocb_cachep)}. */
  void freeKiocb(Caller<Done> caller, Kiocb iocb) {
    tracer.emit(Tracepoint.of("kmem_cache_free kiocb", caller.context(), iocb));
    kiocbs.free(address(iocb));
    caller.answer(Done.DONE);
  }
}
