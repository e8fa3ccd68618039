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
import diorama.kernel.tracepoint.Transfer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * fs/aio.c: the system calls of asynchronous I/O, and what the rest of the kernel calls. The
 * profile chooses which fs/aio.c it is.
 */
public final class Aio implements AioCompletion {
  private final KernelProfile profile;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final TransferTrace trace;
  private final FsAio fsAio;
  private final RetryAio retrying;

  /** The functions of fs/aio.c over one machine's kiocbs and kioctxs. */
  public Aio(Host host, KernelProfile profile, ActorRef<KioctxActor.Command> kioctxs) {
    this.profile = profile;
    this.kioctxs = kioctxs;
    this.trace = new TransferTrace(host);
    this.retrying = new RetryAio(host, profile, kioctxs, trace);
    this.fsAio =
        profile.fixed(Fix.AIO_PERCPU_REFS)
            ? new RefAio(host, profile, kioctxs, trace, this)
            : retrying;
  }

  // ---- system calls ----

  /**
   * {@code sys_io_setup}, aio.c:1239 (2.6.20): makes a context.
   *
   * @param nrEvents how many events it is to hold at least
   * @param before what the program's variable holds, which has to be 0
   * @param access what can be done with that variable
   */
  public Step<AioContexts.Setup> sysIoSetup(
      TaskFiles current, long nrEvents, long before, UserAccess access) {
    return fsAio.sysIoSetup(current, nrEvents, before, access);
  }

  /** {@code sys_io_destroy}, aio.c:1277 (2.6.20): 0, or -EINVAL if there is no such context. */
  public Step<Long> sysIoDestroy(TaskFiles current, long ctxId) {
    return fsAio.sysIoDestroy(current, ctxId);
  }

  /** {@code exit_aio}: the last thread of a process is gone, and its contexts with it. */
  Step<Done> exitAio(Mm mm) {
    return fsAio.exitAio(mm);
  }

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
                : fsAio
                    .lookupIoctx(current.mm(), ctxId)
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
        .then(() -> fsAio.putIoctx(ctx))
        .map(x -> accepted[0] > 0 ? accepted[0] : ret[0]);
  }

  private Step<Long> submitNext(TaskFiles current, Address ctx, Iterator<IoSubmission> rest) {
    if (!rest.hasNext()) {
      return done((long) -Errno.EFAULT);
    }
    IoSubmission iocb = rest.next();
    return iocb.access() == UserAccess.NONE
        ? done((long) -Errno.EFAULT)
        : fsAio.ioSubmitOne(current, ctx, iocb);
  }

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
      @Nullable Duration timeout) {
    return function(
        "sys_io_getevents",
        () ->
            fsAio
                .lookupIoctx(current.mm(), ctxId)
                .then(
                    found -> {
                      Address ctx = found.address();
                      if (ctx == null) {
                        return done(EventsRead.error(-Errno.EINVAL));
                      }
                      Step<EventsRead> read =
                          minNr <= nr && minNr >= 0
                              ? fsAio.readEvents(ctx, minNr, nr, eventsAccess, timeout)
                              : done(EventsRead.error(-Errno.EINVAL));
                      return read.alsoDo(() -> fsAio.putIoctx(ctx));
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
                : fsAio
                    .lookupIoctx(current.mm(), ctxId)
                    .then(
                        found -> {
                          Address ctx = found.address();
                          return ctx == null
                              ? done((long) -Errno.EINVAL)
                              : fsAio.cancel(ctx, iocb).alsoDo(() -> fsAio.putIoctx(ctx));
                        }));
  }

  // ---- for the rest of the kernel ----

  @Override
  public Step<Done> aioComplete(Kiocb iocb, long res, long res2) {
    return fsAio.aioComplete(iocb, res, res2);
  }

  @Override
  public Step<Done> usesInode(Kiocb iocb, String function) {
    return when(!iocb.isSync(), () -> FilpCall.useInode(kioctxs, iocb.kiFilp(), function));
  }

  @Override
  public Step<Long> kiPos(Kiocb iocb) {
    return iocb.isSync() ? done(iocb.kiPos()) : fsAio.kiPos(iocb);
  }

  /** Tells of a transfer that begins or ends; part of no lock and no message. */
  Step<Done> transfer(String what, Transfer transfer, @Nullable Kiocb iocb, long ret) {
    return trace.told(what, transfer, iocb, ret);
  }

  /** {@code wait_on_sync_kiocb}, aio.c:323 (2.6.20): what the request was completed with. */
  Step<Long> waitOnSyncKiocb(Kiocb iocb) {
    return function("wait_on_sync_kiocb", () -> AioRunCall.waitOnSync(kioctxs, iocb));
  }

  /** {@code wait_on_retry_sync_kiocb}, read_write.c:220 (2.6.20). */
  Step<Long> waitOnRetrySyncKiocb(Kiocb iocb) {
    return function("wait_on_retry_sync_kiocb", () -> AioRunCall.waitOnRetrySync(kioctxs, iocb));
  }

  /**
   * {@code kick_iocb}, aio.c:906 (2.6.20): a request that returned -EIOCBRETRY can go on. Called in
   * interrupt too.
   */
  public Step<Done> kickIocb(Kiocb iocb) {
    return retrying.kickIocb(iocb);
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

  /** One piece of work of the workqueue, in its worker. */
  Step<Done> work(AioWork work) {
    return fsAio.work(work);
  }
}
