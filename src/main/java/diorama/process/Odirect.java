package diorama.process;

import static diorama.kernel.sched.Step.done;

import diorama.kernel.data.Content;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoVec;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Tobias Diedrich's program of February 2004: 128 iocbs that write one after the other behind the
 * end of a file, each from the same buffer. The buffer is one page, aligned, at the end of the
 * heap; the iocbs are longer, so that each runs off the heap.
 */
public final class Odirect implements Program {
  /** The configuration name. */
  public static final String NAME = "odirect";

  /** How many iocbs go into one io_submit. */
  public static final int IOCBS = 128;

  private static final long PAGE_SIZE = 4096;
  private static final long PAGE_ALIGNED = 0x10000;

  private final String file;
  private final int iocbs;
  private final int order;
  private final Environment environment;

  /**
   * The program with its arguments.
   *
   * @param iocbs how many
   * @param order each writes 4096 &lt;&lt; order bytes; with 0 none faults
   */
  public Odirect(String file, int iocbs, int order, Environment environment) {
    this.file = file;
    this.iocbs = iocbs;
    this.order = order;
    this.environment = environment;
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return sys.open(file, OpenFlag.O_CREAT, OpenFlag.O_RDWR, OpenFlag.O_DIRECT)
        .then(
            fd ->
                sys.ioSetup(iocbs)
                    .then(ctx -> submit(sys, fd, ctx).alsoDo(() -> sys.ioDestroy(ctx)))
                    .alsoDo(() -> sys.close(fd)));
  }

  private Step<Integer> submit(SystemCallInterface sys, int fd, long ctx) {
    long length = PAGE_SIZE << order;
    List<Iocb> all = new ArrayList<>(iocbs);
    for (int i = 0; i < iocbs; i++) {
      all.add(Iocb.pwrite(fd, buffer(length), i * length, i));
    }
    environment.log().operation(Operation.name(true, true, true), iocbs);
    return sys.ioSubmit(ctx, all)
        .then(ret -> ret < 1 ? fail("io_submit returned " + ret) : collect(sys, ctx, ret));
  }

  private IoVec buffer(long length) {
    long stamp = environment.stamps().of(0).getAsLong();
    Content memory = Content.stamped(stamp, 0, (int) (length / 512));
    return new IoVec(PAGE_ALIGNED, length, memory, PAGE_SIZE);
  }

  private Step<Integer> collect(SystemCallInterface sys, long ctx, int submitted) {
    return sys.ioGetevents(ctx, submitted, submitted)
        .then(
            events ->
                events.result() == submitted
                    ? tell(events)
                    : fail("io_getevents returned " + events.result()));
  }

  private Step<Integer> tell(EventsRead events) {
    long failed = events.events().stream().filter(event -> event.res() < 0).count();
    environment.log().message(failed + " of " + events.events().size() + " writes failed");
    return done(0);
  }

  private Step<Integer> fail(String line) {
    environment.log().message(line);
    return done(1);
  }
}
