package diorama.process;

import static diorama.kernel.sched.Step.done;

import diorama.kernel.data.Content;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * aio-dio-subblock-eof-read.c of Drangon Zhou and Jeff Moyer (2005): a direct read of the last,
 * incomplete block of a file returns the bytes that are there, not the whole block.
 */
public final class AioDioSubblockEofRead implements Program {
  /** The configuration name. */
  public static final String NAME = "aio-dio-subblock-eof-read";

  private static final int FILE_SIZE = 300;
  private static final long PAGE_ALIGNED = 0x10000;
  private static final int BUFFER = 4096;

  private final String file;
  private final ProgramLog log;

  /** The program with its argument. */
  public AioDioSubblockEofRead(String file, ProgramLog log) {
    this.file = file;
    this.log = log;
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return sys.open(file, OpenFlag.O_CREAT, OpenFlag.O_RDWR, OpenFlag.O_DIRECT)
        .then(fd -> fd < 0 ? fail(sys, "open returned error " + -fd) : makeSize(sys, fd));
  }

  /** The real program uses ftruncate, which the miniature does not have. */
  private Step<Integer> makeSize(SystemCallInterface sys, int fd) {
    IoVec head = new IoVec(PAGE_ALIGNED, FILE_SIZE, Content.zeros(1), FILE_SIZE);
    return sys.open(file, OpenFlag.O_RDWR)
        .then(
            plain ->
                sys.pwrite(plain, head, 0)
                    .then(ret -> sys.close(plain).then(() -> done(ret == FILE_SIZE))))
        .then(made -> made ? readPlainly(sys, fd) : fail(sys, "the file cannot be written"));
  }

  private Step<Integer> readPlainly(SystemCallInterface sys, int fd) {
    log.operation(Operation.name(false, true, false), 1);
    return sys.read(fd, new ReadBuffer(PAGE_ALIGNED, BUFFER))
        .then(
            ret ->
                ret == FILE_SIZE
                    ? setUp(sys, fd)
                    : fail(sys, "buffered read returned " + Math.max(ret, -1) + ", should be 300"));
  }

  private Step<Integer> setUp(SystemCallInterface sys, int fd) {
    return sys.ioSetup(1)
        .then(
            ctx ->
                ctx < 0 ? fail(sys, "io_queue_init returned error " + ctx) : submit(sys, fd, ctx));
  }

  private Step<Integer> submit(SystemCallInterface sys, int fd, long ctx) {
    log.operation(Operation.name(true, true, false), 1);
    Iocb iocb = Iocb.pread(fd, new ReadBuffer(PAGE_ALIGNED, BUFFER), 0, 0);
    return sys.ioSubmit(ctx, List.of(iocb))
        .then(
            ret ->
                ret == 1
                    ? sys.ioGetevents(ctx, 1, 1).then(events -> check(sys, events))
                    : fail(sys, "io_submit returned error " + ret));
  }

  private Step<Integer> check(SystemCallInterface sys, EventsRead events) {
    if (events.result() != 1) {
      return fail(sys, "io_getevents returned " + events.result());
    }
    long res = events.events().get(0).res();
    if (res != FILE_SIZE) {
      return fail(
          sys, "AIO read of last block in file returned " + res + " bytes, expected " + FILE_SIZE);
    }
    log.message("AIO read of last block in file succeeded.");
    return done(0);
  }

  private Step<Integer> fail(SystemCallInterface sys, String line) {
    log.message(line);
    return sys.exit(1);
  }
}
