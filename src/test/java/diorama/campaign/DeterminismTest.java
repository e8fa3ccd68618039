package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import diorama.config.Scenario;
import diorama.config.Task;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.SeededEngine;
import diorama.engine.seeded.WorldListener;
import diorama.process.script.Call;
import diorama.process.script.Script;
import diorama.process.script.Transcript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine in the seeded engine is a function of its kernel, its scenario and its seed. */
class DeterminismTest {
  private static final String KERNEL = "linux-2.6.20";
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  @TempDir private Path folder;

  private static List<SeededRun> runs(int lanes, int count, boolean same, long choices) {
    MachinePlan plan = SeededRuns.plan(SeededRuns.small(), KERNEL);
    try (SeededEngine engine = SeededEngine.start(lanes, ConfigFactory.empty())) {
      List<CompletableFuture<SeededRun>> runs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Lane lane = engine.lanes().get(i % lanes);
        long number = same ? 1 : i + 1L;
        runs.add(lane.submit(() -> SeededRuns.run(plan, number, lane, choices, Watching.NOBODY)));
      }
      return runs.stream().map(CompletableFuture::join).toList();
    }
  }

  @Test
  void aThousandRunsOfOneSeedAreOneRun() {
    Set<SeededRun> runs = new HashSet<>(runs(2, 1_000, true, 400));
    assertThat(runs).hasSize(1);
    assertThat(runs.iterator().next().choices()).isEqualTo(400);
  }

  @Test
  void aMachineIsTheSameAloneAndBesideSevenOthers() {
    List<SeededRun> alone = runs(1, 8, false, 2_000);
    assertThat(runs(8, 8, false, 2_000)).isEqualTo(alone);
    assertThat(alone).extracting(SeededRun::hash).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void aCampaignIsTheSameOnMoreThreads(int threads) {
    RunRequest request =
        SeededRuns.small()
            .machines(3)
            .request(
                Engine.SEEDED,
                KERNEL,
                SeededRuns.SEED,
                new RunRequest.Limits(Duration.ofMillis(30), Optional.empty(), false));
    RunResult one = new SeededCampaign(1).run(request, ProgressListener.NONE, new StopSignal());
    RunResult more =
        new SeededCampaign(threads).run(request, ProgressListener.NONE, new StopSignal());
    assertThat(more).isEqualTo(one);
    assertThat(one.kernels().get(0).traceHash()).matches("[0-9a-f]{16}");
  }

  /** What the device takes for each part of each of a few direct writes, in nanoseconds. */
  private static List<Long> deviceTimes(long seed, String... set) {
    Runs runs =
        SeededRuns.small()
            .set("time.scale=1")
            .set("device=disk-2007")
            .set("engine.seeded.call.most=100ns")
            .set("engine.seeded.preemption.every=0");
    List.of(set).forEach(runs::set);
    Script script =
        Script.parse(
            "a = open(\"a\", O_RDWR|O_CREAT|O_DIRECT); " + "pwrite(a, 4096, 0); ".repeat(10));
    RunRequest request = SeededRuns.request(runs, KERNEL, seed);
    MachinePlan plan =
        new MachinePlan(request, request.kernels().get(0))
            .with(new Workload(Map.of("writer", script)));
    List<Long> times = new ArrayList<>();
    SeededRuns.onLane(
        lane ->
            SeededRuns.run(plan, 1, lane, 600, Watching.NOBODY.listener(new DeviceTimers(times))));
    return times;
  }

  /** The time from what the device was told last to each timer of its own. */
  private static final class DeviceTimers implements WorldListener {
    private static final String DEVICE = "sda";

    private final List<Long> times;
    private long before;

    DeviceTimers(List<Long> times) {
      this.times = times;
    }

    @Override
    public void delivered(
        String receiver, String sender, long sequence, Object message, long sent, long nanos) {
      if (receiver.equals(DEVICE)) {
        if (sender.equals(DEVICE)) {
          times.add(nanos - before);
        }
        before = nanos;
      }
    }
  }

  @Test
  void slowerWakeUpsDoNotChangeWhatTheDeviceDraws() {
    List<Long> times = deviceTimes(1);
    assertThat(times).hasSizeGreaterThan(20);
    assertThat(deviceTimes(1, "latency.wakeup.median=200us")).isEqualTo(times);
    assertThat(deviceTimes(2)).isNotEqualTo(times);
  }

  /** What a program that draws its offsets calls, in a run that is told to go another way. */
  private static List<Call> calls(Exploring exploring, long seed, String... set) {
    Runs runs = SeededRuns.small();
    List.of(set).forEach(runs::set);
    RunRequest request = SeededRuns.request(runs, KERNEL, seed);
    Map<String, String> job = new LinkedHashMap<>();
    job.put("rw", "randwrite");
    job.put("size", "64k");
    job.put("bs", "4k");
    Scenario scenario = request.scenario().with(List.of(new Task("job", "fio", job)));
    MachinePlan plan = new MachinePlan(request.with(scenario), request.kernels().get(0));
    Transcript transcript = new Transcript(100);
    Way way = new Way(exploring, 3, 5_000, Way.ofRun(request.settings()).pace());
    SeededRuns.onLane(
        lane ->
            SeededMachine.run(
                plan,
                1,
                lane,
                way,
                SeededRuns.choices(5_000),
                Watching.NOBODY.programs(transcript::recorded)));
    return transcript.scripts().get("job").processes().get(1).calls();
  }

  @Test
  void anotherScheduleDoesNotChangeWhatAProgramDraws() {
    List<Call> calls = calls(Exploring.RANDOM, 1);
    assertThat(calls).hasSize(18);
    assertThat(calls(Exploring.PCT, 1)).isEqualTo(calls);
    assertThat(calls(Exploring.ROUND_ROBIN, 1, "engine.seeded.preemption.every=20"))
        .isEqualTo(calls);
    assertThat(calls(Exploring.RANDOM, 1, "latency.wakeup.median=200us")).isEqualTo(calls);
    assertThat(calls(Exploring.RANDOM, 2)).isNotEqualTo(calls);
  }

  /** This Java, and those of version 17 or later that are installed beside it. */
  static Stream<Path> javas() throws IOException {
    Path here = JAVA_HOME.toRealPath();
    List<Path> homes = new ArrayList<>(List.of(here));
    try (Stream<Path> beside = Files.list(here.resolveSibling("."))) {
      for (Path home : beside.sorted().toList()) {
        if (version(home) >= 17 && !homes.contains(home.toRealPath())) {
          homes.add(home.toRealPath());
        }
      }
    }
    return homes.stream();
  }

  private static int version(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin/java")) || !Files.exists(release)) {
      return 0;
    }
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(release)) {
      properties.load(in);
    }
    String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
    return Integer.parseInt(version.split("[^0-9]")[0]);
  }

  @ParameterizedTest
  @MethodSource("javas")
  void anotherJvmGivesTheSameRuns(Path home) throws Exception {
    Path errors = folder.resolve("errors");
    Process java =
        new ProcessBuilder(
                home.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Duser.language=tr",
                "-Ddiorama.home=" + System.getProperty("diorama.home", "."),
                "-cp",
                System.getProperty("java.class.path"),
                HashMain.class.getName())
            .redirectError(errors.toFile())
            .start();
    String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(java.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(printed.strip()).as(Files.readString(errors)).isEqualTo(HashMain.hashes());
  }
}
