package diorama.kernel.fs;

import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.KiocbMemory.Put;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache.Found;
import diorama.kernel.sched.KmemCache.State;
import diorama.kernel.sched.ObjectActor.Timer;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one machine that run, and run again: the run list, kicks, the workqueue "aio",
 * and synchronous kiocbs.
 *
 * <p>Part of {@link AioMemory}. Every method is one section or one atomic operation and answers its
 * caller.
 */
final class AioRuns {
  private static final long KICK_DELAY_NANOS = 100_000_000;
  private static final long JIFFY_NANOS = 4_000_000;

  private final KernelProfile profile;
  private final Tracer tracer;
  private final LongUnaryOperator scaled;
  private final Timer<KioctxActor.Command> timer;
  private final IoctxMemory ioctxs;
  private final KiocbMemory kiocbs;
  private final AioWorkqueue aioWq;
  private final SyncKiocbs syncKiocbs;

  /**
   * Nothing runs.
   *
   * @param scaled turns a kernel interval into the time that this machine lives in
   */
  AioRuns(
      KernelProfile profile,
      Tracer tracer,
      LongUnaryOperator scaled,
      Timer<KioctxActor.Command> timer,
      IoctxMemory ioctxs,
      KiocbMemory kiocbs,
      AioWorkqueue aioWq) {
    this.profile = profile;
    this.tracer = tracer;
    this.scaled = scaled;
    this.timer = timer;
    this.ioctxs = ioctxs;
    this.kiocbs = kiocbs;
    this.aioWq = aioWq;
    this.syncKiocbs = new SyncKiocbs(profile);
  }

  /** The first section of {@code aio_run_iocb}: from here on a kick is remembered only. */
  void runBegin(Caller<Done> caller, Kiocb iocb, Address ctxAddress) {
    ioctxs.underCtxLock(
        caller,
        ctxAddress,
        ctx -> {
          KiocbContent req = kiocbs.touch(caller.context(), iocb).content();
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
    KiocbContent req = kiocbs.touch(caller.context(), iocb).content();
    caller.answer(req == null || req.cancelled);
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
    KiocbContent req = kiocbs.touch(caller.context(), iocb).content();
    if (req != null) {
      req.runList = KiocbContent.RunList.EMPTY;
      if (req.kicked) {
        queueKicked(req, ctx);
        armKickTimer(ctx);
      }
    }
  }

  private boolean dropRunReference(Caller<?> caller, Kiocb iocb, Kioctx ctx) {
    Put put = kiocbs.putReq(caller, iocb, ctx, "__aio_put_req");
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
    KiocbContent req = kiocbs.touch(caller.context(), iocb).content();
    if (req != null) {
      req.pgBusy = true;
      tracer.emit(Tracepoint.of("kiocbSetPgBusy", caller.context(), iocb, "", 0));
    }
    caller.answer(Done.DONE);
  }

  /** Takes the mark off a request, without a lock: whether it was there. */
  void testClearPgBusy(Caller<Boolean> caller, Kiocb iocb) {
    KiocbContent req = kiocbs.touch(caller.context(), iocb).content();
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
          KiocbContent req = kiocbs.touch(caller.context(), iocb).content();
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
      timer.after(scaled.applyAsLong(delay), new AioRunCall.KickTimer(ctx.self()));
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

  // ---- synchronous kiocbs ----

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

  // ---- the worker ----

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
      kiocbs.fputTaken();
    }
    caller.answer(Done.DONE);
  }

  /** The worker has finished a piece of work. */
  void endWork(Caller<Done> caller) {
    aioWq.end();
    caller.answer(Done.DONE);
  }
}
