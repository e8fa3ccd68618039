package diorama.process;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.data.Content;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * Asynchronous direct writes that meet a hole halfway, what seed 002 is about: each is over a new
 * part of the file, of which the head has blocks and the rest has none, then reads it back, and
 * then writes it once more, now that all of it has blocks.
 */
public final class AioDioSparseWrite implements Program {
  /** The configuration name. */
  public static final String NAME = "aio-dio-sparse-write";

  /** Where it stops, in bytes: then it ends. */
  public static final long LONGEST_FILE = 256L << 20;

  private static final long PAGE_ALIGNED = 0x10000;
  private static final int BLOCK = 4096;

  private final String file;
  private final long size;
  private final long mapped;
  private final Environment environment;

  /**
   * The program with its arguments.
   *
   * @param size bytes of each asynchronous write, a multiple of 4096
   * @param mapped how many of them have blocks at first; the same multiple, and less
   */
  public AioDioSparseWrite(String file, long size, long mapped, Environment environment) {
    this.file = file;
    this.size = size;
    this.mapped = mapped;
    this.environment = environment;
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return sys.open(file, OpenFlag.O_CREAT, OpenFlag.O_RDWR, OpenFlag.O_DIRECT)
        .then(
            fd ->
                sys.open(file, OpenFlag.O_RDWR)
                    .then(
                        plain ->
                            sys.ioSetup(1).then(ctx -> new Writer(sys, fd, plain, ctx).run())));
  }

  /** One run of it. */
  private final class Writer {
    private final SystemCallInterface sys;
    private final int fd;
    private final int plain;
    private final long ctx;
    private long at;

    Writer(SystemCallInterface sys, int fd, int plain, long ctx) {
      this.sys = sys;
      this.fd = fd;
      this.plain = plain;
      this.ctx = ctx;
    }

    Step<Integer> run() {
      return loop(() -> at + size + BLOCK > LONGEST_FILE ? done(false) : round())
          .then(() -> done(0));
    }

    private Step<Boolean> round() {
      return extend(at, mapped)
          .then(() -> extend(at + size, BLOCK))
          .then(() -> write())
          .then(() -> readBack())
          .then(() -> write())
          .map(
              x -> {
                at += size + BLOCK;
                return true;
              });
    }

    private IoVec stamped(long bytes) {
      long stamp = environment.stamps().of(0).getAsLong();
      return IoVec.aligned(Content.stamped(stamp, 0, (int) (bytes / 512)));
    }

    private Step<Long> extend(long offset, long bytes) {
      environment.log().operation(Operation.name(false, true, true), 1);
      return sys.pwrite(fd, stamped(bytes), offset);
    }

    private Step<EventsRead> write() {
      environment.log().operation(Operation.name(true, true, true), 1);
      return sys.ioSubmit(ctx, List.of(Iocb.pwrite(fd, stamped(size), at, 0)))
          .then(ret -> ret == 1 ? sys.ioGetevents(ctx, 1, 1) : fail("io_submit returned " + ret))
          .then(
              events ->
                  events.result() == 1 && events.events().get(0).res() == size
                      ? done(events)
                      : fail("the write ended with " + events));
    }

    private Step<Long> readBack() {
      environment.log().operation(Operation.name(false, false, false), 1);
      return sys.pread(plain, new ReadBuffer(PAGE_ALIGNED, size), at);
    }

    private <T> Step<T> fail(String line) {
      environment.log().message(line);
      return sys.exit(1);
    }
  }
}
