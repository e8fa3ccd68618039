package diorama.config;

import diorama.process.AioDioExtendStat;
import diorama.process.AioDioInvalidateFailure;
import diorama.process.AioDioInvalidateReadahead;
import diorama.process.AioDioSparseWrite;
import diorama.process.AioDioSubblockEofRead;
import diorama.process.BadOption;
import diorama.process.Odirect;
import diorama.process.Programs;
import diorama.process.fio.Fio;
import diorama.process.script.ScriptProgram;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A user program of a scenario.
 *
 * @param name the section's name; the process goes by it
 * @param program what runs, by its configuration name
 * @param options its arguments by fio's names, those that were not written left out: sizes as
 *     bytes, times in us, switches as 1 and 0, so that nobody has to know a unit
 */
public record Task(String name, String program, Map<String, String> options) {
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final Duration MICROSECOND = Duration.ofNanos(1000);
  private static final long LARGEST = 1L << 40;
  private static final int PAGE = 4096;

  private static final Key FILENAME =
      Key.optional(
          "filename",
          new Scalar.Text(
              Pattern.compile("[\\w.-]{1,255}"),
              "a file name of letters, digits, - . _, without a folder"),
          "the file that it works on");

  /** What a task's section may say, by program. */
  static final Kinds SCHEMA = new Kinds("program", Fio.NAME, kinds());

  private static Map<String, Section> kinds() {
    Map<String, Section> kinds = new LinkedHashMap<>();
    kinds.put(Fio.NAME, fio());
    kinds.put(
        AioDioInvalidateFailure.NAME,
        Section.of(
            FILENAME,
            Key.of(
                "size",
                new Scalar.Size(PAGE, AioDioInvalidateFailure.GINORMOUS, PAGE),
                "32MiB",
                "bytes that each of its writes writes")));
    kinds.put(
        AioDioExtendStat.NAME,
        Section.of(
            FILENAME,
            Key.optional("number_ios", new Scalar.Whole(1, 65_534), "writes in each round; 4000")));
    kinds.put(AioDioSubblockEofRead.NAME, Section.of(FILENAME));
    kinds.put(
        AioDioInvalidateReadahead.NAME,
        Section.of(
            FILENAME,
            Key.of(
                "size",
                new Scalar.Size(PAGE, AioDioInvalidateReadahead.FILE_SIZE, PAGE),
                "8MiB",
                "bytes of the file that it fills")));
    kinds.put(
        Odirect.NAME,
        Section.of(
            FILENAME,
            Key.optional("iocbs", new Scalar.Whole(1, 1024), "writes in one io_submit; 128"),
            Key.optional(
                "order", new Scalar.Whole(0, 8), "each writes 4 KiB << order from 4 KiB; 2")));
    kinds.put(
        AioDioSparseWrite.NAME,
        Section.of(
            FILENAME,
            Key.optional(
                "size", new Scalar.Size(2 * PAGE, 1 << 20, PAGE), "bytes of each write; 32k"),
            Key.optional(
                "mapped",
                new Scalar.Size(PAGE, 1 << 20, PAGE),
                "how many of them have blocks; half")));
    kinds.put(
        ScriptProgram.NAME,
        Section.of(
            Key.required(
                "script",
                new Scalar.Text(Pattern.compile("(?s).+"), "system calls"),
                "its calls, as C"),
            option("repeat", new Scalar.Flag(), "runs it again and again; once")));
    return kinds;
  }

  private static Section fio() {
    Scalar count = new Scalar.Whole(0, Integer.MAX_VALUE);
    Scalar depth = new Scalar.Whole(1, 65_536);
    return Section.of(
        FILENAME,
        Key.required("size", new Scalar.Size(1, LARGEST, 1), "bytes that it transfers"),
        option(
            "rw", words("read", "write", "randread", "randwrite", "rw", "randrw"), "what it does"),
        option("rwmixread", new Scalar.Whole(0, 100), "percentage of reads where rw does both"),
        option("bs", new Scalar.Size(1, 1L << 30, 1), "bytes of one request; 4k"),
        option("offset", new Scalar.Size(0, LARGEST, 1), "where in the file its range begins"),
        option("direct", new Scalar.Flag(), "opens the file O_DIRECT"),
        option("sync", words("none", "sync", "dsync"), "opens the file O_SYNC"),
        option("ioengine", words("sync", "psync", "libaio"), "how it asks the kernel; psync"),
        option("iodepth", depth, "requests under way at once with libaio; 1"),
        option("iodepth_batch", depth, "requests in one io_submit; 1"),
        option(
            "iodepth_batch_complete_min",
            new Scalar.Whole(0, 65_536),
            "events that io_getevents waits for; 1"),
        option("numjobs", new Scalar.Whole(1, 4096), "processes that do the job; 1"),
        option("fsync", count, "fsync after so many writes; 0 is never"),
        option("fdatasync", count, "fdatasync after so many writes; 0 is never"),
        option("end_fsync", new Scalar.Flag(), "fsync after the last write"),
        option(
            "thinktime",
            new Scalar.Time(Duration.ZERO, LONGEST),
            "pause between requests, not scaled"),
        option("number_ios", count, "ends after so many requests; 0 is no such limit"),
        option("loops", new Scalar.Whole(1, Integer.MAX_VALUE), "how often the job is done; 1"),
        option(
            "runtime",
            new Scalar.Time(MICROSECOND, LONGEST),
            "ends after this time of the machine, which time.scale scales"),
        option("time_based", new Scalar.Flag(), "goes on until its runtime is over"),
        option("norandommap", new Scalar.Flag(), "draws offsets again before all were drawn"),
        option("overwrite", new Scalar.Flag(), "the file is laid out before it is written"),
        option("randseed", count, "varies what is drawn"),
        option(
            "verify",
            words("0", "meta", "crc32c", "crc32", "crc64", "md5", "pattern"),
            "what was written is read back after each loop"),
        option(
            "continue_on_error",
            words("none", "read", "write", "io", "verify", "all"),
            "errors after which it goes on"));
  }

  private static Key option(String name, Scalar shape, String doc) {
    return Key.optional(name, shape, doc);
  }

  private static Scalar words(String... words) {
    return new Scalar.Choice(List.of(words));
  }

  static Task of(String name, Values v) {
    Map<String, String> options = new LinkedHashMap<>();
    String program = v.text("program");
    for (Key key : SCHEMA.withSelector(program).keys()) {
      if (v.has(key.name()) && !key.name().equals("program")) {
        options.put(key.name(), plain(v.value(key.name())));
      }
    }
    return new Task(name, program, options);
  }

  private static String plain(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "1" : "0";
    }
    if (value instanceof Duration time) {
      BigInteger nanos = BigInteger.valueOf(time.toNanos());
      BigInteger micros = nanos.add(BigInteger.valueOf(999)).divide(BigInteger.valueOf(1000));
      return micros + "us";
    }
    return String.valueOf(value);
  }

  /** Notes what single options cannot know of each other. */
  static void check(String name, Values v, Mistakes mistakes) {
    Task task = of(name, v);
    try {
      Programs.of(task.program(), name, task.options());
    } catch (BadOption bad) {
      String message = String.valueOf(bad.getMessage());
      String problem = message.substring(Math.min(message.length(), bad.key().length() + 2));
      mistakes.add(v.origin(bad.key()), v.at(bad.key()), problem);
    }
  }
}
