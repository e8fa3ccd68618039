package diorama.kernel.fs;

import diorama.kernel.Errno;
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
import diorama.kernel.sched.ObjectActor.Timer;
import diorama.kernel.sched.Oops;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What fs/aio.c keeps in one machine: the slabs "kiocb" and "kioctx", and the contexts in them.
 *
 * <p>They are together because slots are handed out machine-wide, last freed first: a kiocb that
 * one process freed can be the next one of another. Every method is one section under one kioctx's
 * ctx_lock, or one slab or atomic operation, and answers its caller. A pointer to memory that was
 * freed is followed as the kernel follows it; what it finds there decides what happens.
 */
final class AioMemory {
  /** {@code aio_max_nr}: how many requests all contexts of a machine may be made for. */
  static final int AIO_MAX_NR = 0x10000;

  /** What a pointer is that was read from poisoned memory. */
  static final long POISON = 0x6b6b6b6bL;

  /** Where ctx_lock is in a {@code struct kioctx} of a 32-bit kernel. */
  private static final long CTX_LOCK_OFFSET = 0x20;

  /** The second pointer of a {@code struct list_head}. */
  private static final long LIST_PREV_OFFSET = 4;

  /** Where the NULL pointer of a ring that was freed leads to, as the log of 2004 has it. */
  private static final long NULL_RING = 0x3c;

  private static final long KICK_DELAY_NANOS = 100_000_000;
  private static final long JIFFY_NANOS = 4_000_000;

  private final KernelProfile profile;
  private final Tracer tracer;
  private final LongUnaryOperator scaled;
  private final Timer<KioctxActor.Command> timer;
  private final KmemCache<KiocbContent> kiocbs;
  private final IoctxMemory ioctxs;
  private final AioWorkqueue aioWq;
  private final SyncKiocbs syncKiocbs;
  private final ArrayDeque<KiocbContent> fputHead = new ArrayDeque<>();
  private boolean fputPending;
  private long requests;

  /**
   * Empty slabs.
   *
   * @param scaled turns a kernel interval into the time that this machine lives in
   * @param worker runs what is queued on "aio"
   */
  AioMemory(
      KernelProfile profile,
      AfterFree afterFree,
      Tracer tracer,
      LongUnaryOperator scaled,
      Timer<KioctxActor.Command> timer,
      Consumer<AioWork> worker) {
    this.profile = profile;
    this.tracer = tracer;
    this.scaled = scaled;
    this.timer = timer;
    this.kiocbs = new KmemCache<>("kiocb", afterFree);
    this.ioctxs = new IoctxMemory(profile, afterFree, tracer, timer);
    this.aioWq = new AioWorkqueue(worker);
    this.syncKiocbs = new SyncKiocbs(profile);
  }

  /** The contexts. */
  IoctxMemory ioctxs() {
    return ioctxs;
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
  private Found<KiocbContent> touch(Context context, Kiocb iocb) {
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

  /** {@code get_file}: {@code atomic_inc(&filp->f_count)}. */
  void fget(Caller<Done> caller, OpenFile filp) {
    filp.fCount++;
    caller.answer(Done.DONE);
  }

  /** {@code fput}: whether this was the last reference. */
  void fput(Caller<Boolean> caller, OpenFile filp) {
    caller.answer(--filp.fCount == 0);
  }

  // ---- a request runs ----

  /** The first section of {@code aio_run_iocb}: from here on a kick is remembered only. */
  void runBegin(Caller<Done> caller, Kiocb iocb, Address ctxAddress) {
    ioctxs.underCtxLock(
        caller,
        ctxAddress,
        ctx -> {
          KiocbContent req = touch(caller.context(), iocb).content();
          if (req != null) {
            begin(req);
          }
          caller.answer(Done.DONE);
        });
  }

  private static void begin(KiocbContent req) {
    req.kicked = false;
    req.runList = KiocbContent.RunList.RUNNING;
  }

  /** {@code kiocbIsCancelled}, without a lock. */
  void isCancelled(Caller<Boolean> caller, Kiocb iocb) {
    KiocbContent req = touch(caller.context(), iocb).content();
    caller.answer(req == null || req.cancelled);
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

  /** A request to run next, or none. */
  record Next(@Nullable AioRequest request) {}

  /**
   * The section after a retry method has returned: end of {@code aio_run_iocb}, the put of {@code
   * __aio_run_iocbs} if it took a reference, and the first request on the run list.
   */
  void runEnd(Caller<Next> caller, Kiocb iocb, Address ctxAddress, long ret, boolean extraRef) {
    ioctxs.underCtxLock(
        caller,
        ctxAddress,
        ctx -> {
          if (ret == -Errno.EIOCBRETRY || (ret == -Errno.EIOCBQUEUED && retriesPgBusy())) {
            requeueIfKicked(caller, iocb, ctx);
          }
          if (extraRef && !dropRunReference(caller, iocb, ctx)) {
            return;
          }
          caller.answer(takeFromRunList(ctx));
        });
  }

  /** With Leonid Ananiev's patch what was queued may be kicked, too. */
  private boolean retriesPgBusy() {
    return profile.fixed(Fix.LEONID_PGBUSY);
  }

  private void requeueIfKicked(Caller<?> caller, Kiocb iocb, Kioctx ctx) {
    KiocbContent req = touch(caller.context(), iocb).content();
    if (req != null) {
      req.runList = KiocbContent.RunList.EMPTY;
      if (req.kicked) {
        queueKicked(req, ctx);
        armKickTimer(ctx);
      }
    }
  }

  private boolean dropRunReference(Caller<?> caller, Kiocb iocb, Kioctx ctx) {
    Put put = putReq(caller, iocb, ctx, "__aio_put_req");
    if (put == Put.FREED && !profile.fixed(Fix.WAIT_FOR_ALL_AIOS_LOCKED)) {
      ctx.users--;
    }
    return put != Put.DIED;
  }

  /** The section of {@code aio_run_iocbs} that starts on the run list. */
  void runFirst(Caller<Next> caller, Address ctxAddress) {
    ioctxs.underCtxLock(caller, ctxAddress, ctx -> caller.answer(takeFromRunList(ctx)));
  }

  private static Next takeFromRunList(Kioctx ctx) {
    KiocbContent req = ctx.runList.poll();
    if (req == null) {
      return new Next(null);
    }
    req.kiUsers++;
    begin(req);
    return new Next(req.request);
  }

  /** {@code !list_empty(&ctx->run_list)}, without a lock. */
  void runListIsEmpty(Caller<Boolean> caller, Address ctx) {
    ioctxs.inKioctx(caller, ctx, c -> caller.answer(c.runList.isEmpty()));
  }

  /** Marks a request, without a lock. */
  void setPgBusy(Caller<Done> caller, Kiocb iocb) {
    KiocbContent req = touch(caller.context(), iocb).content();
    if (req != null) {
      req.pgBusy = true;
      tracer.emit(Tracepoint.of("kiocbSetPgBusy", caller.context(), iocb, "", 0));
    }
    caller.answer(Done.DONE);
  }

  /** Takes the mark off a request, without a lock: whether it was there. */
  void testClearPgBusy(Caller<Boolean> caller, Kiocb iocb) {
    KiocbContent req = touch(caller.context(), iocb).content();
    if (req == null || !req.pgBusy) {
      caller.answer(false);
      return;
    }
    req.pgBusy = false;
    tracer.emit(Tracepoint.of("kiocbClearPgBusy", caller.context(), iocb, "", 0));
    caller.answer(true);
  }

  /** The section of {@code try_queue_kicked_iocb}: true if the work has to be queued. */
  void kick(Caller<Boolean> caller, Kiocb iocb, Address ctxAddress) {
    ioctxs.underCtxLock(
        caller,
        ctxAddress,
        ctx -> {
          KiocbContent req = touch(caller.context(), iocb).content();
          boolean run = false;
          if (req != null && !req.kicked) {
            req.kicked = true;
            run = queueKicked(req, ctx);
          }
          caller.answer(run);
        });
  }

  private static boolean queueKicked(KiocbContent req, Kioctx ctx) {
    if (req.runList != KiocbContent.RunList.EMPTY) {
      return false;
    }
    req.runList = KiocbContent.RunList.QUEUED;
    ctx.runList.add(req);
    return true;
  }

  /** {@code aio_queue_work}: at once if somebody waits for events, else a little later. */
  void queueKickWork(Caller<Done> caller, Address ctx) {
    ioctxs.inKioctx(
        caller,
        ctx,
        c -> {
          armKickTimer(c);
          caller.answer(Done.DONE);
        });
  }

  private void armKickTimer(Kioctx ctx) {
    if (!ctx.workPending) {
      ctx.workPending = true;
      long delay = ctx.waitqueueActive() ? JIFFY_NANOS : KICK_DELAY_NANOS;
      timer.after(scaled.applyAsLong(delay), new KioctxActor.KickTimer(ctx.self()));
    }
  }

  /** The delayed work's timer ran out. */
  void kickTimer(Address address) {
    Found<Kioctx> found = ioctxs.find(address);
    Kioctx ctx = found.content();
    if (found.state() == State.LIVE && ctx != null && ctx.workPending) {
      aioWq.queue(new AioWork.Kick(address));
    }
  }

  // ---- a request completes ----

  /** Reads {@code iocb->ki_ctx} on the way to its ctx_lock. */
  void readKiCtx(Caller<Address> caller, Kiocb iocb) {
    KiocbContent req = touch(caller.context(), iocb).content();
    if (req == null) {
      caller.oops(new Oops.PagingFault(POISON + CTX_LOCK_OFFSET, List.of()));
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
                  req == null ? POISON : req.kiUsers - 1));
          if (req == null) {
            die(caller, ctx, new Oops.PagingFault(POISON + LIST_PREV_OFFSET, List.of()));
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
              req == null ? POISON - 1 : req.kiUsers - 1);
          Put put = putReq(caller, iocb, ctx, "__aio_put_req");
          if (put != Put.DIED) {
            caller.answer(put == Put.FREED);
          }
        });
  }

  private enum Put {
    USED,
    FREED,
    DIED
  }

  /** {@code __aio_put_req}, aio.c:503 (2.6.20): if it dies the caller has been told. */
  private Put putReq(Caller<?> caller, Kiocb iocb, Kioctx ctx, String... innerFunctions) {
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

  /** The part of {@code aio_complete} for synchronous kiocbs. */
  void completeSync(Caller<Boolean> caller, Kiocb iocb, long res) {
    syncKiocbs.complete(caller, iocb, res);
  }

  /** {@code wait_on_sync_kiocb}. */
  void waitOnSync(Caller<Long> caller, Kiocb iocb) {
    syncKiocbs.await(caller, iocb);
  }

  /** {@code wait_on_retry_sync_kiocb}. */
  void waitOnRetrySync(Caller<Long> caller, Kiocb iocb) {
    syncKiocbs.awaitKick(caller, iocb);
  }

  /** {@code kick_iocb} of a synchronous kiocb. */
  void kickSync(Caller<Done> caller, Kiocb iocb) {
    syncKiocbs.kick(iocb);
    caller.answer(Done.DONE);
  }

  // ---- the worker, and rest ----

  /** {@code flush_workqueue(aio_wq)}. */
  void flushWorkqueue(Caller<Done> caller) {
    aioWq.flush(caller);
  }

  /** The worker takes up a piece of work; it can be queued again from here on. */
  void beginWork(Caller<Done> caller, AioWork work) {
    aioWq.begin(caller.context());
    if (work instanceof AioWork.Kick kick) {
      Kioctx ctx = ioctxs.find(kick.ctx()).content();
      if (ctx != null) {
        ctx.workPending = false;
      }
    } else {
      fputPending = false;
    }
    caller.answer(Done.DONE);
  }

  /** The worker has finished a piece of work. */
  void endWork(Caller<Done> caller) {
    aioWq.end();
    caller.answer(Done.DONE);
  }

  /** How much is allocated: nothing of it is left when a machine is at rest. */
  void inUse(Caller<KioctxActor.InUse> caller) {
    caller.answer(
        new KioctxActor.InUse(kiocbs.live(), ioctxs.live(), ioctxs.aioNr(), aioWq.isIdle()));
  }
}
