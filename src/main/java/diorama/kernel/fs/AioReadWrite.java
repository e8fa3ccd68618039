package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.when;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.IoSubmission.Opcode;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;

/**
 * fs/aio.c since 3.12: how a request is handed to its file, by {@code aio_run_iocb}, since 4.10 by
 * {@code aio_read} and {@code aio_write}.
 *
 * <p>Once the file's method has queued the request, its completion can come at any time, and drops
 * the request's reference on the file. If the program has closed the descriptor meanwhile that was
 * the last one, and whatever this context still does with the file is a use after free.
 */
final class AioReadWrite {
  private final Host host;
  private final KernelProfile profile;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final TransferTrace trace;
  private final AioCompletion completion;

  AioReadWrite(
      Host host,
      KernelProfile profile,
      ActorRef<KioctxActor.Command> kioctxs,
      TransferTrace trace,
      AioCompletion completion) {
    this.host = host;
    this.profile = profile;
    this.kioctxs = kioctxs;
    this.trace = trace;
    this.completion = completion;
  }

  /**
   * Runs a request: a negative errno if it never was; else 0, and it has been completed or is
   * queued.
   */
  Step<Long> run(Kiocb req, OpenFile filp, IoSubmission iocb) {
    boolean writes = iocb.opcode() != Opcode.PREAD;
    return function(
        name(writes),
        () -> {
          long ret = aioSetupRw(req.kiFilp(), iocb);
          return ret != 0 ? done(ret) : start(req, filp, iocb, writes).map(x -> 0L);
        });
  }

  private String name(boolean writes) {
    if (!profile.fixed(Fix.AIO_FILE_REF)) {
      return "aio_run_iocb";
    }
    return writes ? "aio_write" : "aio_read";
  }

  /** The file's mode, the opcode, {@code aio_setup_rw}: 0 if the request can be run. */
  private static long aioSetupRw(File file, IoSubmission iocb) {
    return switch (iocb.opcode()) {
      case PREAD, PWRITE, PWRITEV -> {
        boolean allowed = iocb.opcode() == Opcode.PREAD ? file.readable() : file.writable();
        if (!allowed) {
          yield -Errno.EBADF;
        }
        yield iocb.accessOk() ? 0 : -Errno.EFAULT;
      }
      // No file system here has an ->aio_fsync; aio_fsync of 4.18 is not in the miniature.
      case FSYNC, FDSYNC, UNKNOWN -> -Errno.EINVAL;
    };
  }

  /**
   * Since 0b944d3a the submitter has a reference of its own on the file while the method runs; 4.18
   * lost it. Up to 0b944d3a it is the submitter who ends the write with regard to freezing, which
   * reads the file; since then it is the completion, while it still has its reference.
   */
  private Step<?> start(Kiocb req, OpenFile filp, IoSubmission iocb, boolean writes) {
    boolean holds = profile.fixed(Fix.AIO_FILE_REF) && !profile.fixed(Fix.AIO_FILE_REF_LOST);
    return when(holds, () -> FilpCall.getFile(kioctxs, filp))
        .then(() -> trace.submitted(req, iocb))
        .then(() -> writes ? fileWrite(req, iocb) : fileRead(req, iocb))
        .then(ret -> traced(req, ret))
        .then(ret -> when(ret != -Errno.EIOCBQUEUED, () -> completion.aioComplete(req, ret, 0)))
        .alsoDo(() -> when(holds, () -> FilpCall.fput(kioctxs, filp)));
  }

  private static Step<Long> fileRead(Kiocb req, IoSubmission iocb) {
    ReadBuffer sink = java.util.Objects.requireNonNull(iocb.sink());
    return req.kiFilp().inode().fOps().aioRead(req, sink, req.kiPos());
  }

  private Step<Long> fileWrite(Kiocb req, IoSubmission iocb) {
    return req.kiFilp()
        .inode()
        .fOps()
        .aioWrite(req, iocb.source(), req.kiPos())
        .alsoDo(
            () ->
                when(
                    !profile.fixed(Fix.AIO_FILE_REF),
                    () -> FilpCall.read(kioctxs, req.kiFilp(), "file_end_write")));
  }

  private Step<Long> traced(Kiocb iocb, long ret) {
    return current(
        c -> {
          host.tracer().emit(Tracepoint.of("aio_run_iocb: returned", c, iocb, "ret=%d", ret));
          return done(ret);
        });
  }
}
