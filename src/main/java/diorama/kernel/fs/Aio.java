package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;
import static diorama.kernel.sched.Step.when;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Transfer;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * fs/aio.c: how an asynchronous request is submitted, run and completed.
 *
 * <p>A kiocb is born with two references. The submitter drops one when io_submit_one is done with
 * it; the other belongs to the I/O and is dropped by whoever calls aio_complete. The contract with
 * the file system is that -EIOCBQUEUED promises exactly one such call by somebody else, and that
 * any other result leaves it to aio_run_iocb. Nothing checks that the promise is kept.
 */
public final class Aio implements AioCompletion {
  private final Host host;
  private final KernelProfile profile;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final AioContexts contexts;

  /** The functions of fs/aio.c over one machine's kiocbs and kioctxs. */
  public Aio(Host host, KernelProfile profile, ActorRef<KioctxActor.Command> kioctxs) {
    this.host = host;
    this.profile = profile;
    this.kioctxs = kioctxs;
    this.contexts = new AioContexts(host, kioctxs);
  }

  /** How I/O contexts are made and destroyed. */
  public AioContexts contexts() {
    return contexts;
  }

  // ---- submission ----

  /**
   * {@code sys_io_submit}, aio.c:1613 (2.6.20): submits requests until one is refused.
   *
   * @param ctxId what io_setup handed out
   * @param nr how many, as the program says
   * @param iocbs what its array of pointers leads to; the array faults beyond its end
   * @return how many were accepted, or the error of the first. How a request ended is in its event,
   *     never here.
   */
  public Step<Long> sysIoSubmit(TaskFiles current, long ctxId, long nr, List<IoSubmission> iocbs) {
    return function(
        "sys_io_submit",
        () ->
            nr < 0
                ? done((long) -Errno.EINVAL)
                : IoctxCall.lookupIoctx(kioctxs, current.mm(), ctxId)
                    .then(found -> submitAll(current, found.address(), nr, iocbs)));
  }

  private Step<Long> submitAll(
      TaskFiles current, @Nullable Address ctx, long nr, List<IoSubmission> iocbs) {
    if (ctx == null) {
      return done((long) -Errno.EINVAL);
    }
    Iterator<IoSubmission> rest = iocbs.iterator();
    long[] accepted = {0};
    long[] ret = {0};
    return loop(() ->
            accepted[0] == nr
                ? done(false)
                : submitNext(current, ctx, rest)
                    .map(
                        r -> {
                          ret[0] = r;
                          accepted[0] += r == 0 ? 1 : 0;
                          return r == 0;
                        }))
        .then(() -> contexts.putIoctx(ctx))
        .map(x -> accepted[0] > 0 ? accepted[0] : ret[0]);
  }

  private Step<Long> submitNext(TaskFiles current, Address ctx, Iterator<IoSubmission> rest) {
    if (!rest.hasNext()) {
      return done((long) -Errno.EFAULT);
    }
    IoSubmission iocb = rest.next();
    return iocb.access() == UserAccess.NONE
        ? done((long) -Errno.EFAULT)
        : ioSubmitOne(current, ctx, iocb);
  }

  /**
   * {@code io_submit_one}, aio.c:1526 (2.6.20): makes a kiocb with two references, runs it, drops
   * the submitter's. Returns 0 if the request was accepted, however it ended.
   */
  private Step<Long> ioSubmitOne(TaskFiles current, Address ctx, IoSubmission iocb) {
    return function(
        "io_submit_one",
        () -> {
          if (iocb.reservedFieldsSet() || iocb.nbytes() < 0) {
            return done((long) -Errno.EINVAL);
          }
          OpenFile filp = current.fget(iocb.fd());
          if (filp == null) {
            return done((long) -Errno.EBADF);
          }
          return KiocbCall.fget(kioctxs, filp)
              .then(() -> aioGetReq(ctx, filp, iocb))
              .then(
                  req ->
                      req.iocb() == null
                          ? KiocbCall.fput(kioctxs, filp).map(x -> (long) -Errno.EAGAIN)
                          : submitReq(req.iocb(), ctx, iocb));
        });
  }

  private Step<Long> submitReq(Kiocb req, Address ctx, IoSubmission iocb) {
    if (iocb.access() == UserAccess.READ_ONLY) {
      return putBoth(req, -Errno.EFAULT);
    }
    AioRequest request = new AioRequest(req, iocb.source(), iocb.sink());
    return KiocbCall.fillReq(kioctxs, request, iocb.address(), iocb.data())
        .then(
            () -> {
              long ret = aioSetupIocb(req, iocb);
              return ret != 0
                  ? putBoth(req, ret)
                  : submitted(request, iocb).then(() -> run(request, ctx)).map(x -> 0L);
            });
  }

  /** Before the retry infrastructure the submitter's reference went first. */
  private Step<Done> run(AioRequest request, Address ctx) {
    if (!profile.fixed(Fix.AIO_RETRY)) {
      return rwOp(request)
          .then(ret -> traced(request.whole(), ret))
          .then(
              ret ->
                  aioPutReq(request.whole())
                      .then(
                          () ->
                              when(
                                  ret != -Errno.EIOCBQUEUED,
                                  () -> aioComplete(request.whole(), ret, 0))));
    }
    return runAndDrain(request, ctx).then(() -> aioPutReq(request.whole()));
  }

  private Step<Done> submitted(AioRequest request, IoSubmission iocb) {
    Kiocb req = request.whole();
    return when(
        request.sink() == null,
        () ->
            transfer(
                "write: begin",
                UserTransfer.write(req.kiFilp(), req.kiPos(), iocb.source()),
                req,
                0));
  }

  /** The request never ran: both references are the submitter's to drop. */
  private Step<Long> putBoth(Kiocb req, long ret) {
    return aioPutReq(req).then(() -> aioPutReq(req)).map(x -> ret);
  }

  /** A new request, or none. */
  private record NewReq(@Nullable Kiocb iocb) {}

  /**
   * {@code aio_get_req}, aio.c:445 (2.6.20): tries once more after it has finished what waits for a
   * last fput.
   */
  private Step<NewReq> aioGetReq(Address ctx, OpenFile filp, IoSubmission iocb) {
    return getReq(ctx, filp, iocb)
        .then(
            req ->
                req.iocb() != null
                    ? done(req)
                    : aioFputRoutine().then(() -> getReq(ctx, filp, iocb)));
  }

  /**
   * {@code __aio_get_req}, aio.c:406 (2.6.20): the slab first, then under ctx_lock whether the ring
   * has room for the event. Without WAIT_FOR_ALL_AIOS_LOCKED the kiocb takes a reference on the
   * kioctx there.
   */
  private Step<NewReq> getReq(Address ctx, OpenFile filp, IoSubmission iocb) {
    return function(
        "__aio_get_req",
        () ->
            KiocbCall.allocKiocb(kioctxs, ctx, filp, iocb.offset(), iocb.nbytes())
                .then(
                    req ->
                        KiocbCall.getReq(kioctxs, req, ctx)
                            .then(
                                okay ->
                                    okay
                                        ? done(new NewReq(req))
                                        : KiocbCall.freeKiocb(kioctxs, req)
                                            .map(x -> new NewReq(null)))));
  }

  /** {@code aio_setup_iocb}, aio.c:1407 (2.6.20): 0 if the request can be run. */
  private static long aioSetupIocb(Kiocb req, IoSubmission iocb) {
    File file = req.kiFilp();
    boolean allowed =
        switch (iocb.opcode()) {
          case PREAD -> file.readable();
          case PWRITE, PWRITEV -> file.writable();
          case FSYNC, FDSYNC, UNKNOWN -> true;
        };
    if (!allowed) {
      return -Errno.EBADF;
    }
    return switch (iocb.opcode()) {
      case PREAD, PWRITE, PWRITEV -> iocb.accessOk() ? 0 : -Errno.EFAULT;
      // No file system here has an ->aio_fsync.
      case FSYNC, FDSYNC, UNKNOWN -> -Errno.EINVAL;
    };
  }

  // ---- running ----

  /** Runs a new request, and then what is on the run list, as io_submit_one does. */
  private Step<Done> runAndDrain(AioRequest request, Address ctx) {
    return AioRunCall.runBegin(kioctxs, request.whole(), ctx)
        .then(() -> aioRunIocb(request))
        .then(ret -> AioRunCall.runEnd(kioctxs, request.whole(), ctx, ret, false))
        .then(next -> drain(next, ctx));
  }

  /**
   * {@code __aio_run_iocbs}, aio.c:766 (2.6.20), until the run list stays empty: each request is
   * held by one more reference while it runs.
   */
  private Step<Done> drain(AioRuns.Next first, Address ctx) {
    @Nullable AioRequest[] next = {first.request()};
    return loop(
        () -> {
          AioRequest request = next[0];
          return request == null
              ? done(false)
              : aioRunIocb(request)
                  .then(ret -> AioRunCall.runEnd(kioctxs, request.whole(), ctx, ret, true))
                  .map(
                      n -> {
                        next[0] = n.request();
                        return true;
                      });
        });
  }

  /** {@code aio_run_all_iocbs}, aio.c:831 (2.6.20). */
  Step<Done> aioRunAllIocbs(Address ctx) {
    return AioRunCall.runFirst(kioctxs, ctx).then(next -> drain(next, ctx));
  }

  /**
   * {@code aio_run_iocb}, aio.c:663 (2.6.20), between its two ctx_lock sections: calls the retry
   * method and completes the request unless that has promised somebody else will. The return, the
   * completion and the submitter's put are three steps; an interrupt may come between them.
   */
  private Step<Long> aioRunIocb(AioRequest request) {
    return function(
        "aio_run_iocb",
        () ->
            AioRunCall.isCancelled(kioctxs, request.whole())
                .then(
                    cancelled ->
                        cancelled
                            ? done((long) -Errno.EINTR)
                            : aioRwVectRetry(request).then(ret -> traced(request.whole(), ret)))
                .then(
                    ret ->
                        when(
                                ret != -Errno.EIOCBRETRY && ret != -Errno.EIOCBQUEUED,
                                () -> aioComplete(request.whole(), ret, 0))
                            .map(x -> ret)));
  }

  /** Tells of a transfer that begins or ends; part of no lock and no message. */
  Step<Done> transfer(String what, Transfer transfer, @Nullable Kiocb iocb, long ret) {
    return current(
        c -> {
          host.tracer().emit(new Tracepoint(what, c, transfer, iocb, "returns %1$d", ret, 0));
          return done();
        });
  }

  private Step<Long> traced(Kiocb iocb, long ret) {
    return current(
        c -> {
          host.tracer().emit(Tracepoint.of("aio_run_iocb: returned", c, iocb, "ret=%d", ret));
          return done(ret);
        });
  }

  /**
   * {@code aio_rw_vect_retry}, aio.c:1311 (2.6.20): calls the file's method for as long as it
   * transfers something and something is left. An error after a part is returned as the error.
   */
  private Step<Long> aioRwVectRetry(AioRequest request) {
    long[] ret = {0};
    return function(
        "aio_rw_vect_retry",
        () ->
            loop(() ->
                    rwOp(request)
                        .then(r -> advance(request, r))
                        .map(
                            r -> {
                              ret[0] = r;
                              return r > 0 && request.left() > 0;
                            }))
                .map(x -> ret[0] == 0 || request.left() == 0 ? request.done() : ret[0]));
  }

  private static Step<Long> rwOp(AioRequest request) {
    Kiocb iocb = request.iocb();
    FileOperations operations = iocb.kiFilp().inode().fOps();
    ReadBuffer sink = request.sink();
    return sink != null
        ? operations.aioRead(iocb, sink, iocb.kiPos())
        : operations.aioWrite(iocb, request.source(), iocb.kiPos());
  }

  private Step<Long> advance(AioRequest request, long ret) {
    if (ret <= 0) {
      return done(ret);
    }
    request.advance(ret);
    return request.left() == 0
        ? done(ret)
        : KiocbCall.writeKiPos(kioctxs, request.whole(), request.iocb().kiPos()).map(x -> ret);
  }

  // ---- completion ----

  /**
   * {@code aio_complete}, aio.c:925 (2.6.20): follows {@code ki_ctx}, and under ctx_lock posts the
   * event, drops the I/O's reference and wakes who waits. Called in interrupt too. Up to 2.6.19 the
   * wake-up came after the unlock, and the kiocb's reference on the kioctx was dropped here, which
   * in interrupt could be the last.
   */
  @Override
  public Step<Done> aioComplete(Kiocb iocb, long res, long res2) {
    return function(
        "aio_complete",
        () ->
            iocb.isSync()
                ? AioRunCall.completeSync(kioctxs, iocb, res).then(() -> done())
                : KiocbCall.readKiCtx(kioctxs, iocb)
                    .then(
                        ctx ->
                            KiocbCall.complete(kioctxs, iocb, ctx, res, res2)
                                .then(freed -> afterCompletion(ctx, freed))));
  }

  private Step<Done> afterCompletion(Address ctx, boolean freed) {
    if (profile.fixed(Fix.WAIT_FOR_ALL_AIOS_LOCKED)) {
      return done();
    }
    return AioEventsCall.wakeUp(kioctxs, ctx).then(() -> when(freed, () -> contexts.putIoctx(ctx)));
  }

  @Override
  public Step<Long> kiPos(Kiocb iocb) {
    return iocb.isSync() ? done(iocb.kiPos()) : KiocbCall.readKiPos(kioctxs, iocb);
  }

  /** {@code aio_put_req}, aio.c:535 (2.6.20): drops a reference under ctx_lock. */
  private Step<Done> aioPutReq(Kiocb req) {
    return function(
        "aio_put_req",
        () ->
            KiocbCall.readKiCtx(kioctxs, req)
                .then(
                    ctx ->
                        KiocbCall.putReq(kioctxs, req, ctx).then(freed -> afterPut(ctx, freed))));
  }

  private Step<Done> afterPut(Address ctx, boolean freed) {
    return when(
        freed && !profile.fixed(Fix.WAIT_FOR_ALL_AIOS_LOCKED), () -> contexts.putIoctx(ctx));
  }

  /** {@code wait_on_sync_kiocb}, aio.c:323 (2.6.20): what the request was completed with. */
  Step<Long> waitOnSyncKiocb(Kiocb iocb) {
    return function("wait_on_sync_kiocb", () -> AioRunCall.waitOnSync(kioctxs, iocb));
  }

  /** {@code wait_on_retry_sync_kiocb}, read_write.c:220 (2.6.20). */
  Step<Long> waitOnRetrySyncKiocb(Kiocb iocb) {
    return function("wait_on_retry_sync_kiocb", () -> AioRunCall.waitOnRetrySync(kioctxs, iocb));
  }

  // ---- retries and the workqueue ----

  /**
   * {@code kick_iocb}, aio.c:906 (2.6.20): a request that returned -EIOCBRETRY can go on. Called in
   * interrupt too.
   */
  public Step<Done> kickIocb(Kiocb iocb) {
    return function(
        "kick_iocb",
        () ->
            iocb.isSync()
                ? AioRunCall.kickSync(kioctxs, iocb)
                : KiocbCall.readKiCtx(kioctxs, iocb)
                    .then(
                        ctx ->
                            AioRunCall.kick(kioctxs, iocb, ctx)
                                .then(run -> when(run, () -> queueWork(ctx)))));
  }

  @Override
  public Step<Done> kiocbSetPgBusy(Kiocb iocb) {
    return when(!iocb.isSync(), () -> AioRunCall.setPgBusy(kioctxs, iocb));
  }

  @Override
  public Step<Boolean> retryIfPgBusy(Kiocb iocb) {
    if (!profile.fixed(Fix.LEONID_PGBUSY) || iocb.isSync()) {
      return done(false);
    }
    return AioRunCall.testClearPgBusy(kioctxs, iocb)
        .then(busy -> when(busy, () -> kickIocb(iocb)).map(x -> busy));
  }

  private Step<Done> queueWork(Address ctx) {
    return AioRunCall.queueKickWork(kioctxs, ctx);
  }

  /** {@code run_workqueue} of the kernel thread "aio/0", for one piece of work. */
  Step<Done> work(AioWork work) {
    return function(
        "run_workqueue",
        () ->
            AioRunCall.beginWork(kioctxs, work)
                .then(
                    () ->
                        work instanceof AioWork.Kick kick
                            ? aioKickHandler(kick.ctx())
                            : aioFputRoutine())
                .then(() -> AioRunCall.endWork(kioctxs)));
  }

  /**
   * {@code aio_kick_handler}, aio.c:848 (2.6.20). The kernel runs what is on the list when it
   * begins and queues itself again for what came meanwhile; here both are one loop.
   */
  private Step<Done> aioKickHandler(Address ctx) {
    return function("aio_kick_handler", () -> aioRunAllIocbs(ctx));
  }

  /**
   * {@code aio_fput_routine}, aio.c:476 (2.6.20): frees requests whose completion dropped the last
   * reference of their file, which an interrupt must not release.
   */
  private Step<Done> aioFputRoutine() {
    return function(
        "aio_fput_routine",
        () ->
            loop(
                () ->
                    KiocbCall.nextFput(kioctxs)
                        .then(
                            next ->
                                next.iocb() == null
                                    ? done(false)
                                    : finishFput(next.iocb(), next.ctx()).map(x -> true))));
  }

  private Step<Done> finishFput(Kiocb iocb, Address ctx) {
    return KiocbCall.reallyPut(kioctxs, iocb, ctx).then(() -> contexts.putIoctx(ctx));
  }

  // ---- the other system calls on requests ----

  /**
   * {@code sys_io_getevents}, aio.c:1750 (2.6.20).
   *
   * @param timeout kernel time, null to wait without an end
   */
  public Step<EventsRead> sysIoGetevents(
      TaskFiles current,
      long ctxId,
      long minNr,
      long nr,
      UserAccess eventsAccess,
      java.time.@Nullable Duration timeout) {
    return function(
        "sys_io_getevents",
        () ->
            IoctxCall.lookupIoctx(kioctxs, current.mm(), ctxId)
                .then(
                    found -> {
                      Address ctx = found.address();
                      if (ctx == null) {
                        return done(EventsRead.error(-Errno.EINVAL));
                      }
                      Step<EventsRead> read =
                          minNr <= nr && minNr >= 0
                              ? new AioEvents(host, this, kioctxs, ctx, eventsAccess)
                                  .readEvents(minNr, nr, timeout)
                              : done(EventsRead.error(-Errno.EINVAL));
                      return read.alsoDo(() -> contexts.putIoctx(ctx));
                    }));
  }

  /**
   * {@code sys_io_cancel}, aio.c:1686 (2.6.20): -EINVAL, because no request on a file has a {@code
   * ki_cancel}; -EAGAIN up to 2.6.13.
   *
   * @param iocb address of the program's iocb
   */
  public Step<Long> sysIoCancel(TaskFiles current, long ctxId, long iocb, UserAccess access) {
    return function(
        "sys_io_cancel",
        () ->
            access == UserAccess.NONE
                ? done((long) -Errno.EFAULT)
                : IoctxCall.lookupIoctx(kioctxs, current.mm(), ctxId)
                    .then(
                        found -> {
                          Address ctx = found.address();
                          return ctx == null
                              ? done((long) -Errno.EINVAL)
                              : IoctxCall.lookupKiocb(kioctxs, ctx, iocb)
                                  .then(() -> contexts.putIoctx(ctx))
                                  .map(x -> noCancel());
                        }));
  }

  private long noCancel() {
    return profile.fixed(Fix.IO_CANCEL_EINVAL) ? -Errno.EINVAL : -Errno.EAGAIN;
  }
}
