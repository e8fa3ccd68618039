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
import org.jspecify.annotations.Nullable;

/** fs/aio.c of 2.6: how a request is run, and run again while its method says so. */
final class AioRunIocb {
  private final Host host;
  private final KernelProfile profile;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final AioPut put;

  AioRunIocb(Host host, KernelProfile profile, ActorRef<KioctxActor.Command> kioctxs, AioPut put) {
    this.host = host;
    this.profile = profile;
    this.kioctxs = kioctxs;
    this.put = put;
  }

  /** Before the retry infrastructure the submitter's reference went first. */
  Step<Done> run(AioRequest request, Address ctx) {
    if (!profile.fixed(Fix.AIO_RETRY)) {
      return rwOp(request)
          .then(ret -> traced(request.whole(), ret))
          .then(
              ret ->
                  put.aioPutReq(request.whole())
                      .then(
                          () ->
                              when(
                                  ret != -Errno.EIOCBQUEUED,
                                  () -> put.aioComplete(request.whole(), ret, 0))));
    }
    return runAndDrain(request, ctx).then(() -> put.aioPutReq(request.whole()));
  }

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
                                () -> put.aioComplete(request.whole(), ret, 0))
                            .map(x -> ret)));
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
   * transfers something and something is left; once only since 41003a7b. An error after a part is
   * returned as the error.
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
                              return r > 0 && request.left() > 0 && retries();
                            }))
                .map(x -> ret[0] >= 0 || request.left() == 0 ? request.done() : ret[0]));
  }

  private boolean retries() {
    return !profile.fixed(Fix.AIO_WITHOUT_RETRY);
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

  // ---- kicks ----

  /**
   * {@code kick_iocb}, aio.c:906 (2.6.20): a request that returned -EIOCBRETRY can go on. Called in
   * interrupt too.
   */
  Step<Done> kickIocb(Kiocb iocb) {
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

  private Step<Done> queueWork(Address ctx) {
    return AioRunCall.queueKickWork(kioctxs, ctx);
  }
}
