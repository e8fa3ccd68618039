package diorama.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import diorama.kernel.KernelSettings;
import diorama.kernel.sched.KmemCache;
import java.time.Duration;
import java.util.List;

/**
 * What holds for a whole run: {@code reference.conf}, with what a scenario and the command line
 * change.
 *
 * @param kernel what each machine is set to
 * @param flightRecorder how much each machine remembers
 * @param seeded how virtual time passes
 * @param engine the section {@code diorama.engine} as an engine reads it: what differs from the
 *     engine's own defaults
 * @param traceBytes how large the trace of a machine may become
 * @param source all of it as it was read
 */
public record Settings(
    KernelSettings kernel,
    FlightRecorder flightRecorder,
    Seeded seeded,
    Config engine,
    long traceBytes,
    Config source) {
  /**
   * How much each machine remembers.
   *
   * @param frequent events of pages and buffers
   * @param rare all others
   */
  public record FlightRecorder(int frequent, int rare) {}

  /**
   * How virtual time passes in the seeded engine.
   *
   * @param least what a call costs at least
   * @param most what a call costs at most
   * @param preemptEvery one call in so many finds its context without a processor; 0: none
   * @param away for how long at most
   */
  public record Seeded(Duration least, Duration most, long preemptEvery, Duration away) {}

  private static final String ROOT = "diorama";
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Section KERNEL =
      Section.of(
          Key.optional(
              "slab",
              Section.of(
                  Key.optional(
                      "after-free",
                      Scalar.Choice.of(KmemCache.AfterFree.values()),
                      "what a stale pointer finds")),
              "slab caches"),
          Key.optional(
              "readahead",
              new Scalar.Size(0, 32L << 20, 4096),
              "bytes that are read ahead of a reader, and around a page fault"),
          Key.optional(
              "interrupt-cpus", new Scalar.Whole(1, 64), "processors that take completions"),
          Key.optional(
              "hung-task",
              new Scalar.Time(Duration.ofSeconds(1), HOUR.multipliedBy(24)),
              "a task that waited so long is reported"),
          Key.optional(
              "soft-lockup",
              new Scalar.Time(Duration.ofSeconds(1), HOUR),
              "a context that waited so long for a spinlock is reported"),
          Key.optional(
              "watch-floor",
              new Scalar.Time(Duration.ofMillis(100), HOUR),
              "neither is reported sooner than this, whatever time.scale is"),
          Key.optional(
              "writeback",
              Section.of(
                  Key.optional(
                      "interval",
                      new Scalar.Time(Duration.ofMillis(10), HOUR),
                      "time between two rounds of pdflush"),
                  Key.optional(
                      "age",
                      new Scalar.Time(Duration.ofMillis(10), HOUR),
                      "pages dirty for so long are written")),
              "pdflush"));

  private static final Section LATENCY =
      Section.of(
          Key.optional("wakeup", spread(), "from a wake-up to the moment the sleeper runs"),
          Key.optional("system-call", spread(), "entering and leaving a system call"));

  private static Section spread() {
    Scalar.Time time = new Scalar.Time(Duration.ZERO, Duration.ofSeconds(10));
    return Section.of(
        Key.optional("median", time, "half of the draws are below"),
        Key.optional(
            "sigma", new Scalar.Real(0, 5), "standard deviation of the logarithm; 0 is constant"),
        Key.optional("max", time, "no draw is above"));
  }

  /** What the engine's own file documents; here its keys are checked, there are their defaults. */
  private static final Section NATURAL =
      Section.of(
          Key.optional("parallelism", new Scalar.Whole(0, 1000), "worker threads; 0 is one a core"),
          Key.optional(
              "spin",
              new Scalar.Time(Duration.ZERO, Duration.ofMillis(1)),
              "how long a worker without work looks for some"),
          Key.optional(
              "throughput", new Scalar.Whole(1, 1000), "messages of one actor before the next"),
          Key.optional(
              "chain",
              new Scalar.Whole(0, 100),
              "actors in a row that run ahead of the queue because they were just told something"),
          Key.optional(
              "delivery-log-size", new Scalar.Whole(0, 1 << 30), "deliveries an actor remembers"),
          Key.optional(
              "scheduler",
              Section.of(
                  Key.optional(
                      "spin",
                      new Scalar.Time(Duration.ZERO, Duration.ofMillis(1)),
                      "how long before a timer its thread watches the clock"),
                  Key.optional(
                      "spin-if",
                      new Scalar.Choice(List.of("always", "never", "cores-to-spare")),
                      "when it may do so"),
                  Key.optional(
                      "minimise-timer-slack", new Scalar.Flag(), "ask Linux for exact wake-ups")),
              "timers"),
          Key.optional("akka", new Anything("Akka's settings"), "laid over Akka's settings"));

  private static final Section SEEDED = seededSchema();

  private static Section seededSchema() {
    Scalar.Time cost = new Scalar.Time(Duration.ofNanos(1), Duration.ofMillis(1));
    return Section.of(
        Key.optional(
            "call",
            Section.of(
                Key.optional("least", cost, "what a call costs at least"),
                Key.optional("most", cost, "what a call costs at most")),
            "the cost of calls in virtual time"),
        Key.optional(
            "preemption",
            Section.of(
                Key.optional(
                    "every",
                    new Scalar.Whole(0, Integer.MAX_VALUE),
                    "one call in so many finds its context without a processor; 0: none"),
                Key.optional(
                    "away",
                    new Scalar.Time(Duration.ofNanos(10_000), Duration.ofSeconds(10)),
                    "for how long at most")),
            "contexts that lose the processor"),
        Key.optional("akka", new Anything("Akka's settings"), "laid over Akka's settings"));
  }

  /** The tree of {@code reference.conf}, below {@code diorama}. Its defaults are in that file. */
  public static final Section SCHEMA = schema();

  private static Section schema() {
    Scalar events = new Scalar.Whole(256, 1 << 24);
    return Section.of(
        Key.optional(
            "time",
            Section.of(
                Key.optional(
                    "scale",
                    new Scalar.Real(0.0001, 100),
                    "kernel intervals are multiplied by this; 1 is real time")),
            "time"),
        Key.optional("kernel", KERNEL, "what the kernel is configured with"),
        Key.optional("latency", LATENCY, "times of processor and scheduler"),
        Key.optional(
            "flight-recorder",
            Section.of(
                Key.optional("frequent", events, "events of pages and buffers"),
                Key.optional("rare", events, "all others")),
            "what a machine remembers"),
        Key.optional(
            "trace",
            Section.of(
                Key.optional(
                    "max-size",
                    new Scalar.Size(1 << 16, 1L << 40, 1),
                    "the recording of a machine ends when its file is that large")),
            "traces of --record"),
        Key.optional(
            "engine",
            Section.of(
                Key.optional("natural", NATURAL, "the natural engine"),
                Key.optional("seeded", SEEDED, "the seeded engine")),
            "what runs the actors"));
  }

  /** The settings that hold when nobody changes one. */
  public static Settings defaults() {
    return read(ConfigFactory.empty(), Overrides.NONE);
  }

  /** Settings that were read before, from their {@link #source}. */
  public static Settings restore(Config source) {
    return read(source, Overrides.NONE);
  }

  /**
   * What the reference says, what a scenario changes, and above both what the command line says.
   */
  static Settings read(Config scenario, Overrides overrides) {
    Config reference =
        ConfigFactory.parseResources(Settings.class.getClassLoader(), "reference.conf")
            .getConfig(ROOT);
    Config config = overrides.of(SCHEMA).over(scenario.withFallback(reference));
    Mistakes mistakes = new Mistakes();
    Values read = SCHEMA.read("", config.root(), mistakes);
    Values values = mistakes.checked(read);
    Config engine = config.withOnlyPath("engine").atPath(ROOT);
    Values recorder = values.section("flight-recorder");
    return new Settings(
        kernel(values),
        new FlightRecorder(
            powerOfTwo(recorder.whole("frequent")), powerOfTwo(recorder.whole("rare"))),
        seeded(values.section("engine").section("seeded")),
        engine,
        values.section("trace").number("max-size"),
        config);
  }

  private static Seeded seeded(Values values) {
    Duration least = values.section("call").time("least");
    Duration most = values.section("call").time("most");
    return new Seeded(
        least,
        most.compareTo(least) < 0 ? least : most,
        values.section("preemption").whole("every"),
        values.section("preemption").time("away"));
  }

  private static int powerOfTwo(int atLeast) {
    return Integer.highestOneBit(2 * atLeast - 1);
  }

  private static KernelSettings kernel(Values values) {
    Values v = values.section("kernel");
    Values latency = values.section("latency");
    return new KernelSettings(
        values.section("time").real("scale"),
        v.section("slab").constant("after-free", KmemCache.AfterFree.class),
        v.whole("interrupt-cpus"),
        Device.latency(latency.section("wakeup")),
        Device.latency(latency.section("system-call")),
        v.time("hung-task"),
        v.time("watch-floor"),
        v.time("soft-lockup"),
        v.section("writeback").time("interval"),
        v.section("writeback").time("age"),
        (int) (v.number("readahead") / 4096));
  }
}
