package diorama.kernel.fs;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;
import static diorama.kernel.sched.Step.when;

import akka.actor.typed.ActorRef;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * fs/aio.c of 2.6: who gives back the references on a kiocb.
 *
 * <p>A kiocb is born with two references. The submitter drops one when io_submit_one is done with
 * it; the other belongs to the I/O and is dropped by whoever calls aio_complete.
 */
final class AioPut {
  private final KernelProfile profile;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final AioContexts contexts;

  AioPut(KernelProfile profile, ActorRef<KioctxActor.Command> kioctxs, AioContexts contexts) {
    this.profile = profile;
    this.kioctxs = kioctxs;
    this.contexts = contexts;
  }

  /**
   * {@code aio_complete}, aio.c:925 (2.6.20): follows {@code ki_ctx}, and under ctx_lock posts the
   * event, drops the I/O's reference and wakes who waits. Called in interrupt too. Up to 2.6.19 the
   * wake-up came after the unlock, and the kiocb's reference on the kioctx was dropped here, which
   * in interrupt could be the last.
   */
  Step<Done> aioComplete(Kiocb iocb, long res, long res2) {
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

  /** {@code aio_put_req}, aio.c:535 (2.6.20): drops a reference under ctx_lock. */
  Step<Done> aioPutReq(Kiocb req) {
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

  /**
   * {@code aio_fput_routine}, aio.c:476 (2.6.20): frees requests whose completion dropped the last
   * reference of their file, which an interrupt must not release.
   */
  Step<Done> aioFputRoutine() {
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
}
