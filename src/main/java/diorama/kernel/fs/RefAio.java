package diorama.kernel.fs;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;
import static diorama.kernel.sched.Step.when;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.IoctxMemory.FoundKioctx;
import diorama.kernel.fs.ReadEvents.Round;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * fs/aio.c since 3.12: a request is run once, and belongs to who completes it.
 *
 * <p>A request has taken a slot and a reference on its context's reqs. What its file's method
 * returns becomes an event, unless that is -EIOCBQUEUED, which promises exactly one call of
 * aio_complete by somebody else, who may be through with it, and have freed the request, before the
 * submitter hears of it. Since 84c4e1f8 both have a reference, and the event is stored by who drops
 * the last.
 */
final class RefAio implements FsAio {
  private final Host host;
  private final KernelProfile profile;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final RefContexts contexts;
  private final AioReadWrite readWrite;

  RefAio(
      Host host,
      KernelProfile profile,
      ActorRef<KioctxActor.Command> kioctxs,
      TransferTrace trace,
      AioCompletion completion) {
    this.host = host;
    this.profile = profile;
    this.kioctxs = kioctxs;
    this.contexts = new RefContexts(kioctxs);
    this.readWrite = new AioReadWrite(host, profile, kioctxs, trace, completion);
  }

  // ---- contexts ----

  @Override
  public Step<AioContexts.Setup> sysIoSetup(
      TaskFiles current, long nrEvents, long before, UserAccess access) {
    return contexts.sysIoSetup(current, nrEvents, before, access);
  }

  @Override
  public Step<Long> sysIoDestroy(TaskFiles current, long ctxId) {
    return contexts.sysIoDestroy(current, ctxId);
  }

  @Override
  public Step<Done> exitAio(Mm mm) {
    return contexts.exitAio(mm);
  }

  @Override
  public Step<FoundKioctx> lookupIoctx(Mm mm, long ctxId) {
    return RefIoctxCall.lookupIoctx(kioctxs, mm, ctxId);
  }

  @Override
  public Step<Done> putIoctx(Address ctx) {
    return contexts.putUsers(ctx);
  }

  // ---- submission ----

  /**
   * {@code io_submit_one}: a slot first, then the request, then its file. -EAGAIN if all slots are
   * taken, be it by events that nobody has read.
   */
  @Override
  public Step<Long> ioSubmitOne(TaskFiles current, Address ctx, IoSubmission iocb) {
    return function(
        "io_submit_one",
        () ->
            iocb.reservedFieldsSet() || iocb.nbytes() < 0
                ? done((long) -Errno.EINVAL)
                : getReqsAvailable(ctx)
                    .then(
                        slot ->
                            slot
                                ? RefKiocbCall.aioGetReq(kioctxs, ctx)
                                    .then(req -> fget(current, ctx, req, iocb))
                                : done((long) -Errno.EAGAIN)));
  }

  /** {@code get_reqs_available}, which looks for events that were read when there is no slot. */
  private Step<Boolean> getReqsAvailable(Address ctx) {
    return RefIoctxCall.getReqsAvailable(kioctxs, ctx)
        .then(
            slot ->
                slot
                    ? done(true)
                    : RefIoctxCall.userRefillReqsAvailable(kioctxs, ctx)
                        .then(() -> RefIoctxCall.getReqsAvailable(kioctxs, ctx)));
  }

  private Step<Long> fget(TaskFiles current, Address ctx, Address req, IoSubmission iocb) {
    return current
        .fget(iocb.fd())
        .then(
            found -> {
              OpenFile filp = found.filp();
              return filp == null
                  ? RefKiocbCall.freeReq(kioctxs, req)
                      .then(() -> outPutReq(ctx))
                      .map(x -> (long) -Errno.EBADF)
                  : RefKiocbCall.initReq(kioctxs, req, filp, iocb)
                      .then(kiocb -> submit(ctx, kiocb, filp, iocb));
            });
  }

  /** From here on whoever drops the last reference goes on with it, if there are references. */
  private Step<Long> submit(Address ctx, Kiocb req, OpenFile filp, IoSubmission iocb) {
    return (iocb.access() == UserAccess.READ_ONLY
            ? done((long) -Errno.EFAULT)
            : readWrite.run(req, filp, iocb))
        .alsoDo(() -> when(twoReferences(), () -> iocbPut(req)))
        .then(
            ret ->
                ret == 0
                    ? done(0L)
                    : kiocbFree(req, filp).then(() -> outPutReq(ctx)).map(x -> ret));
  }

  /** The request has never run: its slot and its reference on reqs go back. */
  private Step<Done> outPutReq(Address ctx) {
    return RefIoctxCall.putReqsAvailable(kioctxs, ctx).then(() -> contexts.putReqs(ctx));
  }

  private boolean twoReferences() {
    return profile.fixed(Fix.AIO_KI_REFCNT);
  }

  // ---- completion ----

  /**
   * {@code ki_complete}: {@code aio_complete}, since 4.18 {@code aio_complete_rw}. Called in
   * interrupt too. Synchronous kiocbs never come here: who waits for one completes it.
   */
  @Override
  public Step<Done> aioComplete(Kiocb iocb, long res, long res2) {
    if (twoReferences()) {
      return function(
          "aio_complete_rw",
          () -> RefKiocbCall.storeResult(kioctxs, iocb, res, res2).then(() -> iocbPut(iocb)));
    }
    return RefKiocbCall.readReq(kioctxs, iocb)
        .then(
            req ->
                profile.fixed(Fix.AIO_FILE_REF_LOST)
                    ? function(
                        "aio_complete_rw",
                        () ->
                            FilpCall.fput(kioctxs, req.filp())
                                .then(() -> event(iocb, req.ctx(), res, res2))
                                .then(() -> RefKiocbCall.freeKiocb(kioctxs, iocb))
                                .then(() -> contexts.putReqs(req.ctx())))
                    : function(
                        "aio_complete",
                        () ->
                            RefKiocbCall.complete(kioctxs, iocb, res, res2)
                                .then(() -> kiocbFree(iocb, req.filp()))
                                .then(() -> RefIoctxCall.wakeUp(kioctxs, req.ctx()))
                                .then(() -> contexts.putReqs(req.ctx()))));
  }

  private Step<Done> event(Kiocb iocb, Address ctx, long res, long res2) {
    return function(
        "aio_complete",
        () ->
            RefKiocbCall.complete(kioctxs, iocb, res, res2)
                .then(() -> RefIoctxCall.wakeUp(kioctxs, ctx)));
  }

  /** {@code kiocb_free}. */
  private Step<Done> kiocbFree(Kiocb iocb, OpenFile filp) {
    return FilpCall.fput(kioctxs, filp).then(() -> RefKiocbCall.freeKiocb(kioctxs, iocb));
  }

  /** {@code iocb_put}: the last one stores the event, and then destroys the request. */
  private Step<Done> iocbPut(Kiocb iocb) {
    return function(
        "iocb_put",
        () ->
            RefKiocbCall.iocbPut(kioctxs, iocb).then(last -> when(last, () -> lastIocbPut(iocb))));
  }

  private Step<Done> lastIocbPut(Kiocb iocb) {
    return RefKiocbCall.readReq(kioctxs, iocb)
        .then(
            req ->
                function(
                        "aio_complete",
                        () ->
                            RefKiocbCall.completeStored(kioctxs, iocb)
                                .then(() -> RefIoctxCall.wakeUp(kioctxs, req.ctx())))
                    .then(() -> kiocbFree(iocb, req.filp()))
                    .then(() -> contexts.putReqs(req.ctx())));
  }

  @Override
  public Step<Long> kiPos(Kiocb iocb) {
    return RefKiocbCall.readKiPos(kioctxs, iocb);
  }

  // ---- events ----

  /**
   * {@code read_events}: takes what is there, again after each wake-up, until it has enough, time
   * is up, a signal comes or the context is destroyed. A fault loses no event.
   */
  @Override
  public Step<EventsRead> readEvents(
      Address ctx, long minNr, long nr, UserAccess eventsAccess, @Nullable Duration timeout) {
    ReadEvents call = new ReadEvents(minNr, nr, eventsAccess);
    return function(
        "read_events",
        () ->
            armed(call, timeout).then(() -> loop(() -> round(ctx, call))).map(x -> call.result()));
  }

  private Step<Done> armed(ReadEvents call, @Nullable Duration timeout) {
    if (timeout == null) {
      return done();
    }
    if (timeout.isZero() || timeout.isNegative()) {
      call.timedOut = true;
      return done();
    }
    return RefIoctxCall.armTimer(kioctxs, call, host.timers().scaled(timeout));
  }

  private Step<Boolean> round(Address ctx, ReadEvents call) {
    return RefIoctxCall.readEvents(kioctxs, ctx, call)
        .then(
            round ->
                Step.current(
                    c -> {
                      boolean signal = round == Round.SIGNAL || c.pendingSignal() != 0;
                      if (signal && call.events.isEmpty() && call.error == 0) {
                        call.error = -Errno.EINTR;
                      }
                      return done(round == Round.WOKEN && !signal);
                    }));
  }

  /** No request on a file is on active_reqs, because none has a {@code ki_cancel}. */
  @Override
  public Step<Long> cancel(Address ctx, long iocb) {
    return done((long) -Errno.EINVAL);
  }

  // ---- the worker ----

  @Override
  public Step<Done> work(AioWork work) {
    return function(
        "process_one_work",
        () ->
            AioRunCall.beginWork(kioctxs, work)
                .then(() -> run(work))
                .then(() -> AioRunCall.endWork(kioctxs)));
  }

  private Step<Done> run(AioWork work) {
    if (work instanceof AioWork.FreeIoctx free) {
      return contexts.freeIoctx(free.ctx());
    }
    if (work instanceof AioWork.FileFree free) {
      return function("file_free_rcu", () -> FilpCall.fileFree(kioctxs, free.filp()));
    }
    throw new IllegalStateException("nothing is retried since 3.10: " + work);
  }
}
