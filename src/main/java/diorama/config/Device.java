package diorama.config;

import com.typesafe.config.Config;
import diorama.kernel.block.DeviceParameters;
import diorama.kernel.sched.Latency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block device as a file describes it: {@code conf/devices/*.conf}.
 *
 * @param name the file's name without ending
 * @param parameters what its model is made of
 * @param file where it stands
 * @param source what the file says
 */
public record Device(String name, DeviceParameters parameters, Path file, Config source) {
  private static final Scalar.Time TIME = new Scalar.Time(Duration.ZERO, Duration.ofSeconds(10));

  private static final Section LATENCY =
      Section.of(
          Key.required("median", TIME, "half of the draws are below"),
          Key.required("sigma", new Scalar.Real(0, 5), "standard deviation of the logarithm"),
          Key.required("max", TIME, "no draw is above"));

  /** What a device's file may say. */
  public static final Section SCHEMA =
      Section.of(
          Key.required(
              "name",
              new Scalar.Text(
                  Pattern.compile("[a-z][a-z0-9]{0,15}"),
                  "a name of small letters and digits, for example sda"),
              "the kernel's name of the disk"),
          Key.required(
              "parallelism", new Scalar.Whole(1, 1024), "requests that it has at the same time"),
          Key.required("overhead", LATENCY, "controller and command, for each request"),
          Key.required("seek", LATENCY, "to another track; 0 where nothing moves"),
          Key.required(
              "rotation-nanos", new Scalar.Whole(0, 1_000_000_000), "one revolution; 0 for none"),
          Key.required(
              "bytes-per-second", new Scalar.Whole(1000, 1L << 50), "between device and media"),
          Key.required("cache-bytes", new Scalar.Size(0, 1L << 40, 1), "volatile write cache"),
          Key.required("cache-latency", LATENCY, "to take one write into the cache"),
          Key.required("interrupt", LATENCY, "from the end of a request to its softirq"),
          Key.required("max-sectors", new Scalar.Whole(8, 65_535), "longest request"),
          Key.required("max-segments", new Scalar.Whole(1, 65_535), "most pages in a request"),
          Key.required("nr-requests", new Scalar.Whole(4, 65_536), "most requests in the queue"),
          Key.required(
              "logical-block-size",
              new Scalar.Choice(List.of("512", "1024", "2048", "4096")),
              "smallest transfer in bytes"));

  /** The device that a file describes. */
  public static Device read(Path file) {
    return restore(Library.nameOf(file), SourceFile.parse(file), file);
  }

  /**
   * A device that was read before, from its {@link #source}.
   *
   * @param file where that stands now
   */
  public static Device restore(String name, Config source, Path file) {
    Mistakes mistakes = new Mistakes();
    Values v = mistakes.checked(SCHEMA.read("", source.root(), mistakes));
    DeviceParameters parameters =
        new DeviceParameters(
            v.text("name"),
            v.whole("parallelism"),
            latency(v.section("overhead")),
            latency(v.section("seek")),
            v.number("rotation-nanos"),
            v.number("bytes-per-second"),
            v.number("cache-bytes"),
            latency(v.section("cache-latency")),
            latency(v.section("interrupt")),
            v.whole("max-sectors"),
            v.whole("max-segments"),
            v.whole("nr-requests"),
            Integer.parseInt(v.text("logical-block-size")));
    return new Device(name, parameters, file, source);
  }

  static Latency latency(Values v) {
    return new Latency(v.time("median").toNanos(), v.real("sigma"), v.time("max").toNanos());
  }
}
