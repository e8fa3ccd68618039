package diorama.process;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoVec;
import diorama.kernel.sched.ExitStatus;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;
import java.util.List;

/**
 * aio-dio-invalidate-failure.c of Zach Brown (2007), as autotest's aio_dio_bugs and xfstests
 * generic/208 run it: one process writes a large buffer by asynchronous direct I/O, another writes
 * the same range through the page cache, over and over.
 *
 * <p>A test passes when nothing but -EIO goes wrong: that is how the kernel says that a page could
 * not be invalidated. Nothing is read back. The buffer lies in .bss and is never filled, so that
 * every write writes zeros.
 */
public final class AioDioInvalidateFailure implements Program {
  /** The configuration name. */
  public static final String NAME = "aio-dio-invalidate-failure";

  /** The real program's buffer. */
  public static final long GINORMOUS = 32L << 20;

  /** Its author never saw it survive 180 s on a single disk of 2007. */
  static final int SECONDS = 200;

  private static final String AIO_DIO_WRITE = Operation.name(true, true, true);
  private static final String BUFFERED_WRITE = Operation.name(false, false, true);

  private final String file;
  private final long size;
  private final ProgramLog log;
  private final IoVec buf;

  /**
   * The program with its arguments.
   *
   * @param size bytes in the buffer, a multiple of 512; the real program has {@link #GINORMOUS}
   */
  public AioDioInvalidateFailure(String file, long size, ProgramLog log) {
    this.file = file;
    this.size = size;
    this.log = log;
    this.buf = IoVec.untouched(size);
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return sys.open(file, OpenFlag.O_DIRECT, OpenFlag.O_CREAT, OpenFlag.O_RDWR)
        .then(fd -> fd < 0 ? fail(sys, "open dio failed: " + -fd) : openBuffered(sys, fd));
  }

  private Step<Integer> openBuffered(SystemCallInterface sys, int fd) {
    return sys.open(file, OpenFlag.O_RDWR)
        .then(fd2 -> fd2 < 0 ? fail(sys, "open failed: " + -fd2) : forkBuffered(sys, fd, fd2));
  }

  private Step<Integer> forkBuffered(SystemCallInterface sys, int fd, int fd2) {
    return sys.fork(NAME, child -> spinBuffered(child, fd2))
        .then(pid -> pid < 0 ? fail(sys, "fork failed: " + -pid) : forkDio(sys, fd, pid));
  }

  private Step<Integer> forkDio(SystemCallInterface sys, int fd, int bufferedPid) {
    return sys.fork(NAME, child -> spinDio(child, fd))
        .then(
            pid ->
                pid < 0
                    ? killAndReap(sys, bufferedPid).then(() -> fail(sys, "fork failed: " + -pid))
                    : awaitFirst(sys, bufferedPid, pid));
  }

  private Step<Integer> awaitFirst(SystemCallInterface sys, int bufferedPid, int dioPid) {
    return sys.sigaction(Signals.SIGALRM, () -> {})
        .then(() -> sys.alarm(SECONDS))
        .then(() -> sys.waitpid(-1))
        .then(first -> conclude(sys, first, bufferedPid, dioPid));
  }

  private Step<Integer> conclude(
      SystemCallInterface sys, WaitResult first, int bufferedPid, int dioPid) {
    if (first.pid() == -Errno.EINTR) {
      return sys.kill(bufferedPid, Signals.SIGKILL)
          .then(() -> sys.kill(dioPid, Signals.SIGKILL))
          .then(() -> sys.waitpid(bufferedPid))
          .then(() -> sys.waitpid(dioPid))
          .then(() -> pass(sys, "ran for " + SECONDS + " seconds without error, passing"));
    }
    int other = first.pid() == dioPid ? bufferedPid : dioPid;
    ExitStatus status = first.status();
    return killAndReap(sys, other).then(() -> sys.exit(status.exited() ? status.code() : 1));
  }

  private static Step<WaitResult> killAndReap(SystemCallInterface sys, int pid) {
    return sys.kill(pid, Signals.SIGKILL).then(() -> sys.waitpid(pid));
  }

  private Step<Integer> spinBuffered(SystemCallInterface sys, int fd) {
    return loop(() -> writeBuffered(sys, fd)).then(() -> sys.exit(0));
  }

  private Step<Boolean> writeBuffered(SystemCallInterface sys, int fd) {
    log.operation(BUFFERED_WRITE, 1);
    return sys.pwrite(fd, buf, 0)
        .then(
            ret ->
                ret == size
                    ? done(true)
                    : fail(sys, "buffered write returned " + Math.max(ret, -1)));
  }

  private Step<Integer> spinDio(SystemCallInterface sys, int fd) {
    Iocb iocb = Iocb.pwrite(fd, buf, 0, 0);
    return sys.ioSetup(1)
        .then(
            ctx ->
                ctx < 0
                    ? fail(sys, "io_queue_init returned " + ctx)
                    : loop(() -> writeDio(sys, ctx, iocb)).then(() -> sys.exit(0)));
  }

  private Step<Boolean> writeDio(SystemCallInterface sys, long ctx, Iocb iocb) {
    log.operation(AIO_DIO_WRITE, 1);
    return sys.ioSubmit(ctx, List.of(iocb))
        .then(
            ret ->
                ret == 1
                    ? sys.ioGetevents(ctx, 1, 1).then(events -> checkEvent(sys, events))
                    : fail(sys, "io_submit returned " + ret + " instead of 1"));
  }

  private Step<Boolean> checkEvent(SystemCallInterface sys, EventsRead events) {
    if (events.result() != 1) {
      return fail(sys, "io_getevents returned " + events.result() + " instead of 1");
    }
    long res = events.events().get(0).res();
    if (res == -Errno.EIO) {
      return pass(sys, "invalidation returned -EIO, OK");
    }
    return res == size ? done(true) : fail(sys, "event res " + res);
  }

  private <T> Step<T> pass(SystemCallInterface sys, String line) {
    log.message(line);
    return sys.exit(0);
  }

  private <T> Step<T> fail(SystemCallInterface sys, String line) {
    log.message(line);
    return sys.exit(1);
  }
}
