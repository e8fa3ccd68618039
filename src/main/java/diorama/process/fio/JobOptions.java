package diorama.process.fio;

import diorama.process.BadOption;
import diorama.process.Options;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The options of a fio job, with fio's names and defaults (fio 3.42, options.c).
 *
 * @param name the job's name
 * @param rw access pattern; default read
 * @param bs bytes in a request; default 4096
 * @param size bytes that a job transfers in one loop; must be given
 * @param offset where in the file the job's region begins; default 0
 * @param direct O_DIRECT; default off
 * @param ioengine default psync
 * @param iodepth requests in flight with libaio; default 1
 * @param iodepthBatch requests in one io_submit; default 1
 * @param iodepthBatchCompleteMin how many events io_getevents waits for; default 1, 0 polls
 * @param numjobs how many processes do the job; default 1
 * @param fsync fsync after so many writes, 0 for never
 * @param fdatasync fdatasync after so many writes, 0 for never
 * @param endFsync fsync after each loop's last write; default off
 * @param sync O_SYNC; default off
 * @param thinktime pause between requests, not scaled; default none
 * @param numberIos the job ends after so many requests, 0 for no such limit
 * @param loops how often the job is done; default 1
 * @param runtime the job ends after that time, not scaled, zero for no such limit
 * @param timeBased the job is repeated until its runtime is over; default off
 * @param rwmixread per cent of reads in a mixed pattern; default 50
 * @param norandommap offsets may be drawn again before all were; default off
 * @param overwrite the file is laid out before a job that only writes; default off
 * @param randseed varies what is drawn; default 0x89
 * @param filename the file; empty for one of its own for each process
 * @param verify written data are read back after each loop; default off
 * @param continueOnError after which errors the job goes on; default none
 */
public record JobOptions(
    String name,
    Pattern rw,
    long bs,
    long size,
    long offset,
    boolean direct,
    Engine ioengine,
    int iodepth,
    int iodepthBatch,
    int iodepthBatchCompleteMin,
    int numjobs,
    int fsync,
    int fdatasync,
    boolean endFsync,
    boolean sync,
    Duration thinktime,
    int numberIos,
    int loops,
    Duration runtime,
    boolean timeBased,
    int rwmixread,
    boolean norandommap,
    boolean overwrite,
    int randseed,
    String filename,
    boolean verify,
    ContinueOnError continueOnError) {

  private static final int RANDSEED = 0x89;
  private static final int AIO_MAX = 65_536;
  private static final long LARGEST_BS = 1L << 30;

  /** {@code ioengine}. */
  public enum Engine {
    /** lseek, read and write; here the same as {@link #PSYNC}, as lseek meets nobody. */
    SYNC,
    /** pread and pwrite. */
    PSYNC,
    /** io_submit and io_getevents. */
    LIBAIO
  }

  /** {@code continue_on_error}. */
  public enum ContinueOnError {
    NONE,
    READ,
    WRITE,
    IO,
    VERIFY,
    ALL
  }

  /** Checks what one option cannot know of the other. */
  public JobOptions {
    if (bs < 1 || bs > LARGEST_BS) {
      throw new BadOption("bs", bs + " is not from 1 to " + LARGEST_BS);
    }
    if (size < bs) {
      throw new BadOption("size", size + " is less than one request of bs = " + bs);
    }
    if (timeBased && runtime.isZero()) {
      throw new BadOption("time_based", "needs a runtime");
    }
    if (iodepthBatch > iodepth) {
      throw new BadOption("iodepth_batch", iodepthBatch + " is more than iodepth = " + iodepth);
    }
    if (iodepthBatchCompleteMin > iodepth) {
      throw new BadOption(
          "iodepth_batch_complete_min",
          iodepthBatchCompleteMin + " is more than iodepth = " + iodepth);
    }
  }

  /** A job with the options of a configuration; throws {@link BadOption}. */
  public static JobOptions of(String name, Map<String, String> values) {
    return new Options(values).finish(o -> read(name, o));
  }

  private static JobOptions read(String name, Options o) {
    long bs = o.size("bs", 4096, "blocksize");
    long size = o.size("size", -1);
    if (size < 0) {
      throw new BadOption("size", "must be given");
    }
    Engine engine = o.word("ioengine", engines(), Engine.PSYNC);
    int iodepth = o.number("iodepth", 1, 1, AIO_MAX);
    int batch = o.number("iodepth_batch", 1, 1, AIO_MAX, "iodepth_batch_submit");
    int completeMin =
        o.number("iodepth_batch_complete_min", 1, 0, AIO_MAX, "iodepth_batch_complete");
    return new JobOptions(
        name,
        o.word("rw", Pattern.words(), Pattern.READ, "readwrite"),
        bs,
        size,
        o.size("offset", 0),
        direct(o),
        engine,
        engine == Engine.LIBAIO ? iodepth : 1,
        engine == Engine.LIBAIO ? batch : 1,
        engine == Engine.LIBAIO ? completeMin : 1,
        o.number("numjobs", 1, 1, 4096),
        o.number("fsync", 0, 0, Integer.MAX_VALUE),
        o.number("fdatasync", 0, 0, Integer.MAX_VALUE),
        o.flag("end_fsync", false),
        o.word("sync", syncs(), false),
        o.time("thinktime", "us", Duration.ZERO),
        o.number("number_ios", 0, 0, Integer.MAX_VALUE),
        o.number("loops", 1, 1, Integer.MAX_VALUE),
        o.time("runtime", "s", Duration.ZERO, "timeout"),
        o.flag("time_based", false),
        rwmixread(o),
        o.flag("norandommap", false),
        o.flag("overwrite", false),
        o.number("randseed", RANDSEED, 0, Integer.MAX_VALUE),
        o.text("filename", ""),
        o.word("verify", verifies(), false),
        o.word("continue_on_error", continues(), ContinueOnError.NONE));
  }

  private static boolean direct(Options o) {
    boolean direct = o.flag("direct", false);
    boolean buffered = o.flag("buffered", !direct);
    if (direct && buffered) {
      throw new BadOption("buffered", "excludes direct");
    }
    return !buffered;
  }

  private static int rwmixread(Options o) {
    int write = o.number("rwmixwrite", 50, 0, 100);
    return o.number("rwmixread", 100 - write, 0, 100);
  }

  private static Map<String, Engine> engines() {
    Map<String, Engine> words = new LinkedHashMap<>();
    words.put("sync", Engine.SYNC);
    words.put("psync", Engine.PSYNC);
    words.put("libaio", Engine.LIBAIO);
    return words;
  }

  private static Map<String, Boolean> syncs() {
    Map<String, Boolean> words = new LinkedHashMap<>();
    words.put("none", false);
    words.put("0", false);
    words.put("sync", true);
    words.put("1", true);
    words.put("dsync", true);
    return words;
  }

  /** Every method compares what was read with what was written; the miniature needs no checksum. */
  private static Map<String, Boolean> verifies() {
    Map<String, Boolean> words = new LinkedHashMap<>();
    words.put("0", false);
    for (String method : new String[] {"meta", "crc32c", "crc32", "crc64", "md5", "pattern"}) {
      words.put(method, true);
    }
    return words;
  }

  private static Map<String, ContinueOnError> continues() {
    Map<String, ContinueOnError> words = new LinkedHashMap<>();
    for (ContinueOnError c : ContinueOnError.values()) {
      words.put(c.name().toLowerCase(java.util.Locale.ROOT), c);
    }
    words.put("0", ContinueOnError.NONE);
    words.put("1", ContinueOnError.ALL);
    return words;
  }

  /** The files of all processes of the job, each once. */
  public List<String> files() {
    return IntStream.range(0, numjobs).mapToObj(this::file).distinct().toList();
  }

  /** The file that the how-manieth process of the job uses, counted from 0. */
  String file(int jobNumber) {
    return filename.isEmpty() ? name + "." + jobNumber + ".0" : filename;
  }

  /** Where the job's region of the file ends. */
  long end() {
    return offset + size;
  }

  /** Whether the job goes on after such an error. */
  boolean goesOnAfter(boolean write) {
    return switch (continueOnError) {
      case ALL, IO -> true;
      case READ -> !write;
      case WRITE -> write;
      case NONE, VERIFY -> false;
    };
  }

  /** Whether the job goes on after data that were not what was written. */
  boolean goesOnAfterBadData() {
    return continueOnError == ContinueOnError.ALL || continueOnError == ContinueOnError.VERIFY;
  }
}
