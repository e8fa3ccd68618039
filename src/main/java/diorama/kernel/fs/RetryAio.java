package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.function;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.IoctxMemory.FoundKioctx;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * fs/aio.c of 2.6: requests that can be run again.
 *
 * <p>The contract with the file system is that -EIOCBQUEUED promises exactly one call of
 * aio_complete by somebody else, and that any other result leaves it to aio_run_iocb. Nothing
 * checks that the promise is kept.
 */
final class RetryAio implements FsAio {
  private final Host host;
  private final KernelProfile profile;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final AioContexts contexts;
  private final AioPut put;
  private final AioRunIocb running;
  private final IoSubmitOne submission;

  RetryAio(
      Host host,
      KernelProfile profile,
      ActorRef<KioctxActor.Command> kioctxs,
      TransferTrace trace) {
    this.host = host;
    this.profile = profile;
    this.kioctxs = kioctxs;
    this.contexts = new AioContexts(host, kioctxs);
    this.put = new AioPut(profile, kioctxs, contexts);
    this.running = new AioRunIocb(host, profile, kioctxs, put);
    this.submission = new IoSubmitOne(kioctxs, trace, put, running);
  }

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
    return IoctxCall.lookupIoctx(kioctxs, mm, ctxId);
  }

  @Override
  public Step<Done> putIoctx(Address ctx) {
    return contexts.putIoctx(ctx);
  }

  @Override
  public Step<Long> ioSubmitOne(TaskFiles current, Address ctx, IoSubmission iocb) {
    return submission.ioSubmitOne(current, ctx, iocb);
  }

  @Override
  public Step<EventsRead> readEvents(
      Address ctx, long minNr, long nr, UserAccess eventsAccess, @Nullable Duration timeout) {
    return new AioEvents(host, running, kioctxs, ctx, eventsAccess).readEvents(minNr, nr, timeout);
  }

  /** -EAGAIN up to 2.6.13: no request on a file has a {@code ki_cancel}. */
  @Override
  public Step<Long> cancel(Address ctx, long iocb) {
    return IoctxCall.lookupKiocb(kioctxs, ctx, iocb)
        .map(x -> profile.fixed(Fix.IO_CANCEL_EINVAL) ? (long) -Errno.EINVAL : -Errno.EAGAIN);
  }

  @Override
  public Step<Done> aioComplete(Kiocb iocb, long res, long res2) {
    return put.aioComplete(iocb, res, res2);
  }

  @Override
  public Step<Long> kiPos(Kiocb iocb) {
    return KiocbCall.readKiPos(kioctxs, iocb);
  }

  /** {@code kick_iocb} of an asynchronous request. */
  Step<Done> kickIocb(Kiocb iocb) {
    return running.kickIocb(iocb);
  }

  /** {@code run_workqueue} of the kernel thread "aio/0", for one piece of work. */
  @Override
  public Step<Done> work(AioWork work) {
    return function(
        "run_workqueue",
        () ->
            AioRunCall.beginWork(kioctxs, work)
                .then(
                    () ->
                        work instanceof AioWork.Kick kick
                            ? aioKickHandler(kick.ctx())
                            : put.aioFputRoutine())
                .then(() -> AioRunCall.endWork(kioctxs)));
  }

  /**
   * {@code aio_kick_handler}, aio.c:848 (2.6.20). The kernel runs what is on the list when it
   * begins and queues itself again for what came meanwhile; here both are one loop.
   */
  private Step<Done> aioKickHandler(Address ctx) {
    return function("aio_kick_handler", () -> running.aioRunAllIocbs(ctx));
  }
}
