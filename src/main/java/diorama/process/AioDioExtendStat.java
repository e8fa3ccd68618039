package diorama.process;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.data.Content;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoEvent;
import diorama.kernel.fs.IoVec;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;
import java.util.Iterator;
import java.util.List;

/**
 * aio-dio-extend-stat.c of Rafal Wijata (2006): one thread extends a file by asynchronous direct
 * writes, another collects their events and looks at once whether the file's size says so. Fails
 * where a write completes before i_size is updated (bugzilla 6831; 2.6.19).
 *
 * <p>The real program truncates the file first; here it has to be empty.
 */
public final class AioDioExtendStat implements Program {
  /** The configuration name. */
  public static final String NAME = "aio-dio-extend-stat";

  /** How many writes the real program does. */
  static final int MAX_AIO_EVENTS = 4000;

  private static final int BUFSIZE = 4096;
  private static final String AIO_DIO_WRITE = Operation.name(true, true, true);

  private final String file;
  private final int writes;
  private final Environment environment;

  /** The program with its argument, and the number of its writes. */
  public AioDioExtendStat(String file, int writes, Environment environment) {
    this.file = file;
    this.writes = writes;
    this.environment = environment;
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return sys.open(file, OpenFlag.O_CREAT, OpenFlag.O_DIRECT, OpenFlag.O_RDWR)
        .then(
            fd ->
                fd < 0
                    ? fail(sys, "failed to open test file " + file + ", errno: " + -fd)
                    : setUp(sys, fd));
  }

  private Step<Integer> setUp(SystemCallInterface sys, int fd) {
    return sys.ioSetup(writes)
        .then(ctx -> ctx < 0 ? fail(sys, "io_setup returned " + ctx) : startReader(sys, fd, ctx));
  }

  private Step<Integer> startReader(SystemCallInterface sys, int fd, long ctx) {
    return sys.clone(NAME, thread -> new Reader(thread, fd, ctx).run())
        .then(reader -> startWriter(sys, fd, ctx, reader));
  }

  private Step<Integer> startWriter(SystemCallInterface sys, int fd, long ctx, int reader) {
    return sys.clone(NAME, thread -> new Writer(thread, fd, ctx).run())
        .then(
            writer ->
                sys.waitpid(-1)
                    .then(first -> join(sys, first, first.pid() == reader ? writer : reader)))
        .then(() -> sys.ioDestroy(ctx))
        .then(() -> sys.close(fd))
        .then(() -> pass());
  }

  /** A thread that fails ends the whole program, as exit(3) does. */
  private Step<WaitResult> join(SystemCallInterface sys, WaitResult first, int other) {
    if (!passed(first)) {
      return sys.kill(other, Signals.SIGKILL)
          .then(() -> sys.waitpid(other))
          .then(() -> sys.exit(1));
    }
    return sys.waitpid(other).then(last -> passed(last) ? done(last) : sys.exit(1));
  }

  private static boolean passed(WaitResult result) {
    return result.pid() > 0 && result.status().exited() && result.status().code() == 0;
  }

  private Step<Integer> pass() {
    environment.log().message(writes + " iterations of racing extensions and collection passed");
    return done(0);
  }

  private <T> Step<T> fail(SystemCallInterface sys, String line) {
    environment.log().message(line);
    return sys.exit(1);
  }

  /** {@code fun_writeN}: submits one write after the other. */
  private final class Writer {
    private final SystemCallInterface sys;
    private final int fd;
    private final long ctx;
    private int submitted;

    Writer(SystemCallInterface sys, int fd, long ctx) {
      this.sys = sys;
      this.fd = fd;
      this.ctx = ctx;
    }

    Step<Integer> run() {
      return loop(() -> submitted < writes ? submit() : done(false)).then(() -> done(0));
    }

    private Step<Boolean> submit() {
      environment.log().operation(AIO_DIO_WRITE, 1);
      long stamp = environment.stamps().of(0).getAsLong();
      IoVec buf = IoVec.aligned(Content.stamped(stamp, 0, BUFSIZE / 512));
      long offset = (long) BUFSIZE * submitted;
      return sys.ioSubmit(ctx, List.of(Iocb.pwrite(fd, buf, offset, submitted)))
          .then(
              ret ->
                  ret == 1
                      ? done(++submitted > 0)
                      : fail(sys, "io_submit returned " + ret + " instead of 1"));
    }
  }

  /** {@code fun_read}: collects events and looks at the size. */
  private final class Reader {
    private final SystemCallInterface sys;
    private final int fd;
    private final long ctx;
    private int left = writes;

    Reader(SystemCallInterface sys, int fd, long ctx) {
      this.sys = sys;
      this.fd = fd;
      this.ctx = ctx;
    }

    Step<Integer> run() {
      return loop(() -> left > 0 ? collect() : done(false)).then(() -> done(0));
    }

    private Step<Boolean> collect() {
      return sys.ioGetevents(ctx, 1, writes)
          .then(
              events ->
                  events.result() < 0
                      ? fail(sys, "io_getevents returned " + events.result())
                      : checkAll(events));
    }

    private Step<Boolean> checkAll(EventsRead events) {
      left -= events.events().size();
      Iterator<IoEvent> rest = events.events().iterator();
      return loop(() -> rest.hasNext() ? check(rest.next()) : done(false)).map(x -> true);
    }

    private Step<Boolean> check(IoEvent event) {
      if (event.res() != BUFSIZE) {
        return fail(sys, "error in block: expected " + BUFSIZE + " bytes, received " + event.res());
      }
      long offset = BUFSIZE * event.data();
      return sys.fileSize(fd)
          .then(size -> size >= offset + BUFSIZE ? done(true) : fail(sys, tooSmall(offset, size)));
    }

    private String tooSmall(long offset, long size) {
      return "write of %d bytes @%d finished, expected filesize at least %d, but got %d"
          .formatted(BUFSIZE, offset, offset + BUFSIZE, size);
    }
  }
}
