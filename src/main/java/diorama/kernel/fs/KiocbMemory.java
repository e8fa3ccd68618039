package diorama.kernel.fs;

import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
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
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slab "kiocb" of one machine: how requests are made, completed and put.
 *
 * <p>Part of {@link AioMemory}. Every method is one section or one atomic operation and answers its
 * caller.
 */
final class KiocbMemory {
  /** Where ctx_lock is in a {@code struct kioctx} of a 32-bit kernel. */
  private static final long CTX_LOCK_OFFSET = 0x20;

  /** The second pointer of a {@code struct list_head}. */
  private static final long LIST_PREV_OFFSET = 4;

  /** Where the NULL pointer of a ring that was freed leads to, as the log of 2004 has it. */
  static final long NULL_RING = 0x3c;

  private final KernelProfile profile;
  private final Tracer tracer;
  private final KmemCache<KiocbContent> kiocbs;
  private final IoctxMemory ioctxs;
  private final AioWorkqueue aioWq;
  private final ArrayDeque<KiocbContent> fputHead = new ArrayDeque<>();
  private boolean fputPending;
  private long requests;

  /** An empty slab. */
  KiocbMemory(
      KernelProfile profile,
      AfterFree afterFree,
      Tracer tracer,
      IoctxMemory ioctxs,
      AioWorkqueue aioWq) {
    this.profile = profile;
    this.tracer = tracer;
    this.ioctxs = ioctxs;
    this.aioWq = aioWq;
    this.kiocbs = new KmemCache<>("kiocb", afterFree);
  }

  /** How many requests are allocated. */
  int live() {
    return kiocbs.live();
  }

  // ---- pointers ----

  private static Address address(Kiocb iocb) {
    Address address = iocb.address();
    if (address == null) {
      throw new IllegalArgumentException("a synchronous kiocb is in no slab");
    }
    return address;
  }

  /** Follows a pointer to a kiocb and tells the tracer if what it points to was freed. */
  Found<KiocbContent> touch(Context context, Kiocb iocb) {
    Found<KiocbContent> found = kiocbs.find(address(iocb));
    if (found.state() != State.LIVE) {
      KiocbContent content = found.content();
      Subject live = found.state() == State.REUSED && content != null ? content.self() : null;
      tracer.emit(
          new Tracepoint("use after free", context, iocb, live, "kiocb is " + found.state(), 0, 0));
    }
    return found;
  }

  private Oops bug(String function, String... inner) {
    return new Oops.Bug("fs/aio.c", profile.line("fs/aio.c", function), List.of(inner));
  }

  private void emit(String name, Caller<?> caller, Subject subject, String format, long a) {
    tracer.emit(Tracepoint.of(name, caller.context(), subject, format, a));
  }

  // ---- a request is made ----

  /**
   * {@code kmem_cache_alloc(kiocb_cachep)} with the stores of {@code __aio_get_req} that follow it.
   */
  void allocKiocb(Caller<Kiocb> caller, Address ctx, OpenFile filp, long pos, long nbytes) {
    KiocbContent[] made = new KiocbContent[1];
    Address address = kiocbs.allocateOver(before -> made[0] = new KiocbContent(ctx, filp, before));
    Kiocb iocb = new Kiocb(address, filp.file(), pos, nbytes, ++requests);
    made[0].setSelf(iocb);
    caller.answer(iocb);
  }

  /** The ctx_lock section of {@code __aio_get_req}: false if the ring has no room for the event. */
  void getReq(Caller<Boolean> caller, Kiocb iocb, Address ctxAddress) {
    ioctxs.underCtxLock(
        caller,
        ctxAddress,
        ctx -> {
          boolean okay = ctx.reqsActive < ctx.ringAvail();
          if (okay) {
            KiocbContent req =
                java.util.Objects.requireNonNull(kiocbs.find(address(iocb)).content());
            ctx.activeReqs.put(iocb.number(), req);
            req.activeIn = ctx;
            if (!profile.fixed(Fix.WAIT_FOR_ALL_AIOS_LOCKED)) {
              ctx.users++;
            }
            ctx.reqsActive++;
            tracer.emit(
                new Tracepoint(
                    "aio_get_req",
                    caller.context(),
                    iocb,
                    new KioctxRef(ctxAddress),
                    "ki_users=%d",
                    req.kiUsers,
                    0));
          }
          caller.answer(okay);
        });
  }

  /** {@code kmem_cache_free(kiocb_cachep)} of a request for which there was no room. */
  void freeKiocb(Caller<Done> caller, Kiocb iocb) {
    free(caller, address(iocb), iocb);
    caller.answer(Done.DONE);
  }

  private void free(Caller<?> caller, Address address, Subject subject) {
    tracer.emit(Tracepoint.of("kmem_cache_free kiocb", caller.context(), subject));
    kiocbs.free(address);
  }

  /** The stores of {@code io_submit_one} between the two parts of the submission. */
  void fillReq(Caller<Done> caller, AioRequest request, long obj, long data) {
    KiocbContent req = touch(caller.context(), request.iocb()).content();
    if (req != null) {
      req.obj = obj;
      req.data = data;
      req.dataOf = request.iocb();
      req.kiPos = request.iocb().kiPos();
      req.request = request;
    }
    caller.answer(Done.DONE);
  }

  /** {@code iocb->ki_pos}, advanced after a part was transferred. */
  void writeKiPos(Caller<Done> caller, Kiocb iocb, long pos) {
    KiocbContent req = touch(caller.context(), iocb).content();
    if (req != null) {
      req.kiPos = pos;
    }
    caller.answer(Done.DONE);
  }

  /** Reads {@code iocb->ki_pos}. */
  void readKiPos(Caller<Long> caller, Kiocb iocb) {
    KiocbContent req = touch(caller.context(), iocb).content();
    caller.answer(req == null ? 0x6b6b6b6b6b6b6b6bL : req.kiPos);
  }

  // ---- a request completes ----

  /** Reads {@code iocb->ki_ctx} on the way to its ctx_lock. */
  void readKiCtx(Caller<Address> caller, Kiocb iocb) {
    KiocbContent req = touch(caller.context(), iocb).content();
    if (req == null) {
      caller.oops(new Oops.PagingFault(AioMemory.POISON + CTX_LOCK_OFFSET, List.of()));
    } else {
      caller.answer(req.kiCtx);
    }
  }

  /**
   * The ctx_lock section of {@code aio_complete}, aio.c:925 (2.6.20): stores the event, moves the
   * tail on, and only then drops the reference. Answers whether the kiocb was freed.
   */
  void complete(Caller<Boolean> caller, Kiocb iocb, Address ctxAddress, long res, long res2) {
    ioctxs.underCtxLock(
        caller,
        ctxAddress,
        ctx -> {
          KiocbContent req = touch(caller.context(), iocb).content();
          tracer.emit(
              new Tracepoint(
                  "aio_complete",
                  caller.context(),
                  iocb,
                  null,
                  "res=%d ki_users=%d",
                  res,
                  req == null ? AioMemory.POISON : req.kiUsers - 1));
          if (req == null) {
            die(caller, ctx, new Oops.PagingFault(AioMemory.POISON + LIST_PREV_OFFSET, List.of()));
            return;
          }
          if (req.runList == KiocbContent.RunList.QUEUED) {
            ctx.runList.remove(req);
            req.runList = KiocbContent.RunList.EMPTY;
          }
          if (!req.cancelled) {
            if (!ctx.hasRing()) {
              die(caller, ctx, new Oops.PagingFault(NULL_RING, List.of()));
              return;
            }
            post(caller, iocb, req, ctx, res, res2);
          }
          Put put = putReq(caller, iocb, ctx);
          if (put == Put.DIED) {
            return;
          }
          if (profile.fixed(Fix.WAIT_FOR_ALL_AIOS_LOCKED)) {
            ctx.wakeUp();
          }
          caller.answer(put == Put.FREED);
        });
  }

  private void post(
      Caller<?> caller, Kiocb iocb, KiocbContent req, Kioctx ctx, long res, long res2) {
    Kiocb carried = req.dataOf == null ? iocb : req.dataOf;
    ctx.post(new Posted(new IoEvent(req.obj, req.data, res, res2), carried));
    tracer.emit(
        new Tracepoint(
            "event", caller.context(), carried, new KioctxRef(ctx.self()), "res=%d", res, req.obj));
  }

  /** The holder of ctx_lock dies: nobody ever gets the lock again. */
  private static void die(Caller<?> caller, Kioctx ctx, Oops oops) {
    ctx.ctxLock.abandon(caller);
    caller.oops(oops);
  }

  /** The ctx_lock section of {@code aio_put_req}: whether the kiocb was freed. */
  void putReq(Caller<Boolean> caller, Kiocb iocb, Address ctxAddress) {
    ioctxs.underCtxLock(
        caller,
        ctxAddress,
        ctx -> {
          KiocbContent req = touch(caller.context(), iocb).content();
          emit(
              "aio_put_req",
              caller,
              iocb,
              "ki_users=%d",
              req == null ? AioMemory.POISON - 1 : req.kiUsers - 1);
          Put put = putReq(caller, iocb, ctx, "__aio_put_req");
          if (put != Put.DIED) {
            caller.answer(put == Put.FREED);
          }
        });
  }

  /** What became of a reference that was given back. */
  enum Put {
    USED,
    FREED,
    /** The kernel died of it, and the caller has been told. */
    DIED
  }

  /** {@code __aio_put_req}, aio.c:503 (2.6.20): if it dies the caller has been told. */
  Put putReq(Caller<?> caller, Kiocb iocb, Kioctx ctx, String... innerFunctions) {
    Address address = kiocbs.current(address(iocb));
    KiocbContent req = kiocbs.find(address).content();
    if (req == null) {
      return Put.USED;
    }
    req.kiUsers--;
    if (req.kiUsers < 0) {
      die(caller, ctx, bug("__aio_put_req", innerFunctions));
      return Put.DIED;
    }
    if (req.kiUsers > 0) {
      return Put.USED;
    }
    Kioctx listed = req.activeIn;
    if (listed != null) {
      listed.activeReqs.remove(req.self().number());
      req.activeIn = null;
    }
    if (--req.kiFilp.fCount == 0) {
      ctx.users++;
      fputHead.addFirst(req);
      if (!fputPending) {
        fputPending = true;
        aioWq.queue(new AioWork.Fput());
      }
    } else {
      reallyPutReq(caller, req, ctx);
    }
    return Put.FREED;
  }

  private void reallyPutReq(Caller<?> caller, KiocbContent req, Kioctx ctx) {
    free(caller, address(req.self()), req.self());
    ctx.reqsActive--;
    if (ctx.reqsActive == 0 && ctx.dead) {
      ctx.wakeUp();
    }
  }

  /** A request whose file is to be released, or none. */
  record Fput(@Nullable Kiocb iocb, Address ctx) {}

  /** The fput_lock section of {@code aio_fput_routine}: the next request on fput_head. */
  void nextFput(Caller<Fput> caller) {
    KiocbContent req = fputHead.poll();
    caller.answer(
        req == null ? new Fput(null, new Address(0, 0)) : new Fput(req.self(), req.kiCtx));
  }

  /** The ctx_lock section of {@code aio_fput_routine}: {@code really_put_req}. */
  void reallyPut(Caller<Done> caller, Kiocb iocb, Address ctxAddress) {
    ioctxs.underCtxLock(
        caller,
        ctxAddress,
        ctx -> {
          KiocbContent req = touch(caller.context(), iocb).content();
          if (req != null) {
            reallyPutReq(caller, req, ctx);
          }
          caller.answer(Done.DONE);
        });
  }

  /** The worker takes up {@code fput_work}: it can be queued again from here on. */
  void fputTaken() {
    fputPending = false;
  }
}
