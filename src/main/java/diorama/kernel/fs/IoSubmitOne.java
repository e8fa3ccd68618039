package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/** fs/aio.c of 2.6: how a request is made and handed to its file. */
final class IoSubmitOne {
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final TransferTrace trace;
  private final AioPut put;
  private final AioRunIocb running;

  IoSubmitOne(
      ActorRef<KioctxActor.Command> kioctxs, TransferTrace trace, AioPut put, AioRunIocb running) {
    this.kioctxs = kioctxs;
    this.trace = trace;
    this.put = put;
    this.running = running;
  }

  /**
   * {@code io_submit_one}, aio.c:1526 (2.6.20): makes a kiocb with two references, runs it, drops
   * the submitter's. Returns 0 if the request was accepted, however it ended.
   */
  Step<Long> ioSubmitOne(TaskFiles current, Address ctx, IoSubmission iocb) {
    return function(
        "io_submit_one",
        () -> {
          if (iocb.reservedFieldsSet() || iocb.nbytes() < 0) {
            return done((long) -Errno.EINVAL);
          }
          return current
              .fget(iocb.fd())
              .then(
                  found ->
                      found.filp() == null
                          ? done((long) -Errno.EBADF)
                          : submit(found.filp(), ctx, iocb));
        });
  }

  private Step<Long> submit(OpenFile filp, Address ctx, IoSubmission iocb) {
    return aioGetReq(ctx, filp, iocb)
        .then(
            req ->
                req.iocb() == null
                    ? FilpCall.fput(kioctxs, filp).map(x -> (long) -Errno.EAGAIN)
                    : submitReq(req.iocb(), ctx, iocb));
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
                  : trace.submitted(req, iocb).then(() -> running.run(request, ctx)).map(x -> 0L);
            });
  }

  /** The request never ran: both references are the submitter's to drop. */
  private Step<Long> putBoth(Kiocb req, long ret) {
    return put.aioPutReq(req).then(() -> put.aioPutReq(req)).map(x -> ret);
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
                    : put.aioFputRoutine().then(() -> getReq(ctx, filp, iocb)));
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
}
