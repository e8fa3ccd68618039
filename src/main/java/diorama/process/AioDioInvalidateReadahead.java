package diorama.process;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import java.util.Arrays;

/**
 * aio-dio-invalidate-readahead.c of Zach Brown (2007; xfstests generic/209), after a report of Karl
 * Schendel: one thread fills a file with a byte value, page by page by direct writes, over and over
 * with the next value, and tells now and then how far it has come; another reads through the page
 * cache up to there. Fails where the reader's readahead keeps pages of the value before (2.6.21).
 *
 * <p>The real program stops after 30 seconds; here the scenario says how long. A mutex guards the
 * place that it tells, which is one word here.
 */
public final class AioDioInvalidateReadahead implements Program {
  /** The configuration name. */
  public static final String NAME = "aio-dio-invalidate-readahead";

  /** The size of the real program's file in bytes. */
  public static final long FILE_SIZE = 8L << 20;

  private static final int PAGE = 4096;
  private static final long SOMEWHERE = 0x10000;
  private static final int PUBLISHED = 0;
  private static final int VALUES = 256;

  /** It tells where it is after one write in so many. */
  private static final int PUBLISH_ONE_IN = 4;

  private static final String WRITE = Operation.name(false, true, true);
  private static final String READ = Operation.name(false, false, false);

  private final String file;
  private final int pages;
  private final Environment environment;

  /**
   * The program with its argument.
   *
   * @param size of the file in bytes, a multiple of 4096
   */
  public AioDioInvalidateReadahead(String file, long size, Environment environment) {
    this.file = file;
    this.pages = Math.toIntExact(size / PAGE);
    this.environment = environment;
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return sys.open(file, OpenFlag.O_CREAT, OpenFlag.O_DIRECT, OpenFlag.O_RDWR)
        .then(fd -> fd < 0 ? fail(sys, "open of " + file + ", errno: " + -fd) : start(sys, fd));
  }

  private Step<Integer> start(SystemCallInterface sys, int fd) {
    return sys.clone(NAME, thread -> new Reader(thread).run())
        .then(
            reader ->
                sys.clone(NAME, thread -> new Writer(thread, fd).run())
                    .then(
                        writer ->
                            sys.waitpid(-1)
                                .then(
                                    first -> {
                                      int other = first.pid() == reader ? writer : reader;
                                      return sys.kill(other, Signals.SIGKILL)
                                          .then(() -> sys.waitpid(other));
                                    })))
        .then(() -> done(1));
  }

  private <T> Step<T> fail(SystemCallInterface sys, String line) {
    environment.log().message(line);
    return sys.exit(1);
  }

  private static Content filled(int value) {
    byte[] bytes = new byte[Sector.SIZE];
    Arrays.fill(bytes, (byte) value);
    Sector[] sectors = new Sector[PAGE / Sector.SIZE];
    Arrays.fill(sectors, new Sector.Bytes(bytes));
    return Content.of(sectors);
  }

  /** Fills the file page by page. */
  private final class Writer {
    private final SystemCallInterface sys;
    private final int fd;
    private final Chance chance = environment.chance().apply(NAME);
    private long round = 1;
    private int page;
    private Content data = filled(1);

    Writer(SystemCallInterface sys, int fd) {
      this.sys = sys;
      this.fd = fd;
    }

    Step<Integer> run() {
      return loop(this::write).then(() -> done(1));
    }

    private Step<Boolean> write() {
      environment.log().operation(WRITE, 1);
      IoVec buf = IoVec.aligned(data);
      return sys.pwrite(fd, buf, (long) page * PAGE)
          .then(
              ret ->
                  ret == PAGE
                      ? written().map(x -> true)
                      : fail(sys, "direct write returned " + ret + " instead of " + PAGE));
    }

    private Step<Done> written() {
      page++;
      long place = round * (pages + 1) + page;
      boolean tells = chance.below(PUBLISH_ONE_IN) == 0;
      if (page == pages) {
        page = 0;
        round++;
        data = filled((int) (round % VALUES));
      }
      return tells ? sys.storeWord(PUBLISHED, place) : done();
    }
  }

  /** Reads up to where the writer has come. */
  private final class Reader {
    private final SystemCallInterface sys;

    Reader(SystemCallInterface sys) {
      this.sys = sys;
    }

    Step<Integer> run() {
      return sys.open(file, OpenFlag.O_RDONLY)
          .then(fd -> loop(() -> readUpToThere(fd)).then(() -> done(1)));
    }

    private Step<Boolean> readUpToThere(int fd) {
      return sys.loadWord(PUBLISHED)
          .then(
              place -> {
                long round = place / (pages + 1);
                long end = place % (pages + 1);
                int[] page = {0};
                return loop(() -> page[0] < end ? read(fd, page[0]++, round) : done(false))
                    .map(x -> true);
              });
    }

    private Step<Boolean> read(int fd, int page, long round) {
      environment.log().operation(READ, 1);
      ReadBuffer buf = new ReadBuffer(SOMEWHERE, PAGE);
      return sys.pread(fd, buf, (long) page * PAGE)
          .then(
              ret -> {
                int found = Byte.toUnsignedInt(buf.content().byteAt(0));
                boolean old = found == (round - 1) % VALUES;
                return ret == PAGE && !old
                    ? done(true)
                    : fail(
                        sys,
                        "page %d: read returned %d, byte %d instead of %d"
                            .formatted(page, ret, found, round % VALUES));
              });
    }
  }
}
