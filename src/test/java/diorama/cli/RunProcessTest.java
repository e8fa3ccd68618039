package diorama.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import diorama.Deadline;
import diorama.campaign.RaceCatalogue;
import diorama.campaign.RecordedMachine;
import diorama.config.Library;
import diorama.trace.TableStyle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a process, with real machines behind it. */
@DisabledOnOs(OS.WINDOWS)
class RunProcessTest {
  private static final String SMALL = "aio-dio-invalidate-failure-small";
  private static final String HOME =
      Path.of(System.getProperty("diorama.home", ".")).toAbsolutePath().toString();

  @TempDir private Path folder;

  private ProcessBuilder diorama(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Ddiorama.home=" + HOME);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("diorama.cli.Main");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(folder.resolve("err").toFile());
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(Deadline.SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /**
   * A run of the old kernel that finds nothing is not as expected. On this disk 3,000 operations
   * had 29 to 156 double completions, on one busy processor and on two idle ones. Where there are
   * half of the fewest, 5,000 operations without any have the probability exp(-24) = 4e-11.
   */
  @Test
  void aRunPrintsOneJsonDocumentAndNothingElseThere() throws Exception {
    Process run =
        diorama(
                "run",
                SMALL,
                "--ops=5000",
                "--for=10m",
                "--format=json",
                "--set=device=nvme",
                "--set=tasks.aio-dio-invalidate-failure.size=256KiB",
                "--set=kernel.watch-floor=2m")
            .start();
    JsonNode json = new ObjectMapper().readTree(run.getInputStream().readAllBytes());
    assertThat(exitCode(run)).isZero();
    assertThat(json.get("scenario").asText()).isEqualTo(SMALL);
    assertThat(json.get("outcome").asText()).isEqualTo("as-expected");
    assertThat(json.get("kernels")).hasSize(2);
    JsonNode old = json.get("kernels").get(0);
    assertThat(old.get("violations").findValuesAsText("race")).contains("eiocbqueued-clobber");
    JsonNode fixed = json.get("kernels").get(1);
    assertThat(fixed.get("violations").findValuesAsText("id"))
        .doesNotContain("double-aio-complete");
    assertThat(fixed.get("absent").get(0).get("rateHigh95").asDouble()).isBetween(0.0, 0.2);
  }

  @Test
  void outputThatIsLostIsToldAndIsNoSuccess() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no /dev/full");
    Process listing = diorama("races").redirectOutput(full.toFile()).start();
    assertThat(exitCode(listing)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(errors().lines()).containsExactly("diorama: standard output could not be written");
  }

  @Test
  void whoClosesThePipeHasReadEnough() throws Exception {
    Process listing = diorama("races", "eiocbqueued-clobber").start();
    listing.getInputStream().close();
    assertThat(exitCode(listing)).isZero();
    assertThat(errors()).isEmpty();
  }

  /** A shell starts what runs in the background so, and children keep it: bit 1 of SigIgn. */
  private static boolean interruptsAreIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.isReadable(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  @Test
  void ctrlCPrintsTheSummaryAndExits130() throws Exception {
    assumeFalse(interruptsAreIgnored(), "started in the background: interrupts are ignored");
    Process run = diorama("run", SMALL, "--kernel", "linux-2.6.20", "--for", "10m").start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(run.getInputStream(), UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.contains("double-aio-complete")) {
        line = out.readLine();
      }
      assertThat(line).isNotNull();
      assertThat(new ProcessBuilder("kill", "-INT", Long.toString(run.pid())).start().waitFor())
          .isZero();
      List<String> rest = out.lines().toList();
      assertThat(exitCode(run)).isEqualTo(130);
      assertThat(rest).anyMatch(l -> l.contains("deliveries"));
      assertThat(rest).anyMatch(l -> l.contains("seen") && l.contains("double-aio-complete"));
    }
  }

  @Test
  void aKilledRunLeavesTracesThatCanBeRead() throws Exception {
    Path traces = folder.resolve("traces");
    Process run =
        diorama("run", SMALL, "--kernel", "linux-2.6.21", "--record", traces.toString()).start();
    Path file = traces.resolve(SMALL + "-linux-2.6.21-machine-1.trace");
    while (run.isAlive() && !(Files.exists(file) && Files.size(file) > 100_000)) {
      Thread.onSpinWait();
    }
    run.destroyForcibly();
    exitCode(run);
    RaceCatalogue races = RaceCatalogue.read(new Library(List.of(Path.of(HOME))));
    RecordedMachine machine = RecordedMachine.open(file, races, TableStyle.PLAIN);
    assertThat(machine.trace().cutOff()).isTrue();
    assertThat(machine.trace().deliveries()).isGreaterThan(10_000);
    assertThat(machine.header().profile().name()).isEqualTo("linux-2.6.21");
  }

  @Test
  void aReaderThatGoesAwayEndsTheRunWithoutAStackTrace() throws Exception {
    Process run = diorama("run", SMALL, "--ops", "200", "--for", "1m").start();
    run.getInputStream().close();
    exitCode(run);
    assertThat(errors()).doesNotContain("Exception", "\tat ");
  }

  @Test
  void aWrongKeyNamesFileLineKeyAndTheNearestRightOne() throws Exception {
    Path scenario = folder.resolve("mine.conf");
    Files.writeString(
        scenario,
        Files.readString(Path.of(HOME, "scenarios", SMALL + ".conf"))
            .replace("machines = 2", "machnes = 2"));
    Process run = diorama("run", scenario.toString()).start();
    assertThat(exitCode(run)).isEqualTo(2);
    assertThat(errors()).contains("mine.conf", "machnes", "machines").doesNotContain("\tat ");
    assertThat(run.getInputStream().readAllBytes()).isEmpty();
  }
}
