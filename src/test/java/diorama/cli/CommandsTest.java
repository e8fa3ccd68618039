package diorama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import diorama.config.Library;
import diorama.config.ProjectFiles;
import diorama.kernel.Era;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Every command, within this process, against a campaign without machines. */
class CommandsTest {
  private static final String SMALL = "aio-dio-invalidate-failure-small";

  private final FakeCampaign campaign = new FakeCampaign();
  private String out = "";
  private String err = "";

  @TempDir Path folder;

  private int execute(String... args) {
    CommandLine commandLine = Main.commandLine(ProjectFiles.library(), engine -> campaign);
    StringWriter outWriter = new StringWriter();
    StringWriter errWriter = new StringWriter();
    commandLine.setOut(new PrintWriter(outWriter));
    commandLine.setErr(new PrintWriter(errWriter));
    int code = commandLine.execute(args);
    out = outWriter.toString();
    err = errWriter.toString();
    return code;
  }

  private JsonNode json(String... args) throws IOException {
    assertThat(execute(args)).as(err).isIn(0, 1);
    return new ObjectMapper().readTree(out);
  }

  @Test
  void aRunThatShowsWhatItShouldEndsWithZero() {
    assertThat(execute("run", SMALL, "--seed", "42", "--color", "never")).isZero();
    assertThat(out)
        .contains(
            "engine natural, seed 42",
            "time.scale 0.01: kernel intervals run 100 times faster",
            "kernel BUG at fs/aio.c:512!",
            "linux-2.6.20  as expected",
            "seen    double-aio-complete: 7 in 345 opportunities; rate 0.020, at 95 % between 0.0082"
                + " and 0.041; first after 0.040 s (expected: must)",
            "submission-first 5",
            "race eiocbqueued-clobber",
            "absent  double-aio-complete: 0 in 345 opportunities; at 95 % the rate is below 0.0087"
                + " (expected: never)")
        .doesNotContain("\u001b");
  }

  @Test
  void aRunThatMissesWhatItMustShowEndsWithOne() {
    campaign.answer = diorama.campaign.Samples::nothing;
    assertThat(execute("run", SMALL)).isEqualTo(ExitCode.UNEXPECTED);
    assertThat(out).contains("linux-2.6.20  not as expected");
  }

  @Test
  void anInterruptedRunPrintsItsSummaryAndEndsWith130() {
    campaign.interrupted = true;
    assertThat(execute("run", SMALL)).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(out).contains("interrupted; until then as expected");
  }

  @Test
  void aDefectEndsWithThreeAndAStackTrace() {
    campaign.answer =
        kernel -> {
          throw new IllegalStateException("broken");
        };
    assertThat(execute("run", SMALL)).isEqualTo(ExitCode.DEFECT);
    assertThat(err).contains("a defect of Diorama itself", "IllegalStateException: broken");
  }

  @Test
  void jsonIsOneDocumentOfTheDocumentedShapeAndNothingElse() throws IOException {
    JsonNode result = json("run", SMALL, "--seed", "42", "--format", "json");
    assertThat(result.get("scenario").asText()).isEqualTo(SMALL);
    assertThat(result.get("engine").asText()).isEqualTo("natural");
    assertThat(result.get("seed").asLong()).isEqualTo(42);
    assertThat(result.get("outcome").asText()).isEqualTo("as-expected");
    JsonNode kernel = result.get("kernels").get(0);
    assertThat(kernel.fieldNames())
        .toIterable()
        .containsExactly(
            "kernel",
            "outcome",
            "elapsedSeconds",
            "machines",
            "replaced",
            "slowestToMedian",
            "deliveries",
            "operations",
            "violations",
            "absent");
    assertThat(kernel.get("operations").get("aio-dio-write").asLong()).isEqualTo(345);
    assertThat(kernel.get("violations").get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "id",
            "race",
            "count",
            "firstSeconds",
            "opportunities",
            "rate",
            "rateLow95",
            "rateHigh95",
            "trace",
            "variants");
    JsonNode absent = result.get("kernels").get(1).get("absent").get(0);
    assertThat(absent.fieldNames())
        .toIterable()
        .containsExactly("id", "opportunities", "rateHigh95");
    assertThat(absent.get("id").asText()).isEqualTo("double-aio-complete");
  }

  @Test
  void everyOptionReachesTheCampaign() {
    assertThat(
            execute(
                "run",
                SMALL,
                "--kernel",
                "linux-2.6.19",
                "--kernel",
                "linux-2.6.21",
                "--for",
                "3m",
                "--until-violation",
                "--ops",
                "1000",
                "--machines",
                "64",
                "--engine",
                "Natural",
                "--seed",
                "7",
                "--set",
                "time.scale=1",
                "--set",
                "filesystem.commit=2s",
                "--set=device=nvme",
                "--report",
                folder.resolve("r").toString(),
                "--record",
                folder.resolve("t").toString()))
        .as(err)
        .isZero();
    var request = campaign.request;
    assertThat(request.kernels())
        .extracting(k -> k.name())
        .containsExactly("linux-2.6.19", "linux-2.6.21");
    assertThat(request.limits().duration()).isEqualTo(Duration.ofMinutes(3));
    assertThat(request.limits().untilViolation()).isTrue();
    assertThat(request.limits().ops()).isEqualTo(Optional.of(1000L));
    assertThat(request.machines()).isEqualTo(64);
    assertThat(request.seed()).isEqualTo(7);
    assertThat(request.settings().kernel().timeScale()).isEqualTo(1);
    assertThat(request.scenario().fileSystem().commit()).isEqualTo(Duration.ofSeconds(2));
    assertThat(request.device().parameters().name()).isEqualTo("nvme0n1");
    assertThat(request.record()).contains(folder.resolve("t"));
    assertThat(folder.resolve("t")).isDirectory();
  }

  @Test
  void withoutOptionsTheScenarioDecides() {
    execute("run", SMALL);
    var request = campaign.request;
    assertThat(request.kernels())
        .extracting(k -> k.name())
        .containsExactly("linux-2.6.20", "linux-2.6.21");
    assertThat(request.limits().duration()).isEqualTo(request.scenario().duration());
    assertThat(request.machines()).isEqualTo(request.scenario().machines());
    long seed = request.seed();
    execute("run", SMALL);
    assertThat(campaign.request.seed()).as("each run draws anew").isNotEqualTo(seed);
  }

  @Test
  void theReportHoldsTheResultAndTheSummary() throws IOException {
    Path report = folder.resolve("a/b");
    assertThat(execute("run", SMALL, "--report", report.toString())).isZero();
    assertThat(new ObjectMapper().readTree(report.resolve("result.json").toFile()).has("kernels"))
        .isTrue();
    assertThat(report.resolve("summary.txt")).content().contains("kernel BUG at fs/aio.c:512!");
    try (var files = Files.list(report)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aReportThatCannotBeWrittenAfterTheRunIsToldInOneLineWhenAllElseWasPrinted()
      throws IOException {
    Path report = folder.resolve("report");
    var answer = campaign.answer;
    campaign.answer =
        kernel -> {
          try {
            Files.deleteIfExists(report);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return answer.apply(kernel);
        };
    assertThat(execute("run", SMALL, "--report", report.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(out).contains("kernel BUG at fs/aio.c:512!");
    assertThat(err)
        .contains("--report: " + report.resolve("result.json") + " cannot be written")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ext4 | linux-2.6.27 | linux-2.6.27 has no ext4; allowed: a kernel with c851ed54",
        "xfs | linux-4.9 | linux-4.9 has no xfs; allowed: a kernel with ff6a9292, from linux-4.12"
      })
  void aKernelThatHasNotTheFileSystemIsRefused(String type, String kernel, String message) {
    assertThat(execute("run", SMALL, "--kernel", kernel, "--set", "filesystem.type=" + type))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).contains("filesystem.type = " + type + ": " + message).hasLineCount(1);
    assertThat(campaign.request).isNull();
  }

  @Test
  void aReportThatCannotBeWrittenIsToldBeforeAnythingRuns() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(execute("run", SMALL, "--report", file.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).contains("--report", "there is a file of that name").hasLineCount(1);
    assertThat(campaign.request).isNull();
  }

  @Test
  void aFolderWithTracesOfTheSameNameIsNotOverwritten() throws IOException {
    String record = folder.toString();
    Files.writeString(folder.resolve(SMALL + "-linux-2.6.21-machine-3.trace"), "");
    assertThat(execute("run", SMALL, "--record", record)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).contains("--record", "linux-2.6.21-machine-3.trace").hasLineCount(1);
    assertThat(campaign.request).isNull();
    assertThat(execute("run", SMALL, "--kernel", "linux-2.6.20", "--record", record)).isZero();
  }

  @Test
  void exploreTriesTheFolderForTracesBeforeAnythingRuns() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(execute("explore", SMALL, "--record", file.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).contains("--record", "there is a file of that name").hasLineCount(1);

    Path fresh = folder.resolve("fresh");
    assertThat(
            execute(
                "explore",
                SMALL,
                "--kernel",
                "linux-2.6.20",
                "--seed",
                "1",
                "--strategy",
                "pct",
                "--schedules",
                "40",
                "--until-violation",
                "--record",
                fresh.toString()))
        .isZero();
    assertThat(fresh).isDirectoryContaining("glob:**.trace");
  }

  @Test
  void aKernelIsPutTogetherOnTheCommandLineAndDoesWhatItsFixesSay() throws IOException {
    String[] fixed = {"kernel.base=linux-2.6.20", "kernel.apply=[65b8291c]"};
    String[] broken = {"kernel.base=linux-2.6.21", "kernel.revert=[65b8291c, 7b965e08]"};
    assertThat(doubleCompletions("linux-2.6.20+65b8291c", fixed)).isFalse();
    assertThat(doubleCompletions("linux-2.6.21-65b8291c-7b965e08", broken)).isTrue();
  }

  private boolean doubleCompletions(String name, String... parts) throws IOException {
    JsonNode kernel =
        json(
                "explore",
                SMALL,
                "--seed",
                "1",
                "--schedules",
                "150",
                "--strategy",
                "pct",
                "--set",
                parts[0],
                "--set",
                parts[1],
                "--format",
                "json")
            .get("kernels")
            .get(0);
    assertThat(kernel.get("kernel").asText()).isEqualTo(name);
    return kernel.get("violations").findValuesAsText("id").contains("double-aio-complete");
  }

  @Test
  void aKernelThatCannotBePutTogetherIsBadInput() {
    assertThat(execute("run", SMALL, "--set", "kernel.apply=[65b8291c]"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).contains("kernel.base: missing").hasLineCount(1);
    assertThat(
            execute(
                "run",
                SMALL,
                "--set",
                "kernel.base=linux-2.6.21",
                "--set",
                "kernel.apply=[65b8291c]"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).contains("is on already in linux-2.6.21").hasLineCount(1);
    assertThat(campaign.request).isNull();
  }

  @Test
  void aFolderForTracesThatCannotBeWrittenIsToldBeforeAnythingRuns() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(execute("run", SMALL, "--record", file.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).contains("--record", "there is a file of that name").hasLineCount(1);
    assertThat(campaign.request).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rnu x | unknown command \"rnu\"; did you mean run?",
        "run SMALL --kernl x | unknown option --kernl; did you mean --kernel?",
        "run SMALL --for 30 | --for: found \"30\"; allowed: a time with its unit",
        "run SMALL --machines 0 | --machines: found \"0\"; allowed: an integer from 1 to 100000",
        "run SMALL --ops x | --ops: found \"x\"; allowed: an integer, at least 1",
        "run SMALL --seed x | --seed: ",
        "run SMALL --engine quantum | --engine: found \"quantum\"; allowed: natural, seeded",
        "explore SMALL --strategy lucky | --strategy: found \"lucky\"; allowed: random, pct, pos,"
            + " round-robin",
        "run SMALL --format xml | --format: found \"xml\"; allowed: text, json",
        "run SMALL --kernel linux-2.6.22 | there is no kernel named \"linux-2.6.22\"; did you mean",
        "run SMALL --kernel ./k.conf | there is no file ./k.conf",
        "run SMALL --set time.sclae=1 | --set time.sclae=1: unknown key; did you mean time.scale?",
        "run SMALL extra | unexpected argument \"extra\"",
        "run | missing SCENARIO",
        "run smal | there is no scenario named \"smal\"",
        "run nosuch/x.conf | there is no file nosuch/x.conf",
        "kernels linux-2.6.2O | there is no kernel named \"linux-2.6.2O\"; did you mean linux-2.6.20?",
        "races eiocbqueued | there is no race named \"eiocbqueued\"; did you mean eiocbqueued-clobber?",
        "fixes 65b8292c | there is no fix \"65b8292c\"; did you mean 65b8291c?",
        "scenarios aio | there is no scenario named \"aio\"; did you mean"
      })
  void badInputIsOneClearMessageAndNothingRuns(String line, String told) {
    assertThat(execute(line.replace("SMALL", SMALL).split(" "))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).startsWith("diorama: " + told).doesNotContain("\tat ", "Exception");
    assertThat(out).isEmpty();
    assertThat(campaign.request).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "matrix", "kernels", "scenarios", "races", "fixes", "completion"})
  void everyCommandExplainsItself(String command) {
    assertThat(execute(command, "--help")).isZero();
    assertThat(out).contains("Usage: diorama " + command);
  }

  private static int shelf(Library.Shelf shelf) {
    return ProjectFiles.library().all(shelf).size();
  }

  @Test
  void listsHaveOneLineEachAndStoriesHaveMore() {
    assertThat(execute("kernels")).isZero();
    assertThat(out).hasLineCount(shelf(Library.Shelf.KERNELS));
    assertThat(execute("scenarios")).isZero();
    assertThat(out).contains(SMALL);
    assertThat(execute("races")).isZero();
    assertThat(out).contains("eiocbqueued-clobber", "releasepage-vs-kjournald");
    assertThat(execute("fixes")).isZero();
    assertThat(out).hasLineCount(diorama.kernel.Fix.values().length);
    assertThat(execute("scenarios", SMALL)).isZero();
    assertThat(out).contains("must on linux-2.6.19, linux-2.6.20");
    assertThat(execute("races", "eiocbqueued-clobber")).isZero();
    assertThat(out).contains("How it comes about", "fixed by 65b8291c", "inferred");
    assertThat(execute("fixes", "65b8291c")).isZero();
    assertThat(out).contains("on in   linux-2.6.21");
    assertThat(execute("scenarios", "--keys")).isZero();
    assertThat(out).contains("filesystem.commit", "settings.time.scale");
  }

  @Test
  void aKernelIsComparedWithItsNeighbours() {
    assertThat(execute("kernels", "linux-2.6.20")).isZero();
    assertThat(out)
        .containsPattern("off  65b8291c +invalidate-before-direct-write")
        .contains(
            "never merged",
            "against linux-2.6.19:",
            "+8459d86a worker-raises-eiocbqueued",
            "against linux-2.6.21:",
            "-65b8291c invalidate-before-direct-write");
  }

  @Test
  void listsAreJsonToo() throws IOException {
    assertThat(json("kernels", "--format", "json").get("kernels"))
        .hasSize(shelf(Library.Shelf.KERNELS));
    assertThat(json("kernels", "linux-2.6.20", "--format", "json").get("on"))
        .hasSize(Era.of("linux-2.6.20").size());
    assertThat(json("races", "--format", "json").get("races")).hasSize(shelf(Library.Shelf.RACES));
    assertThat(json("fixes", "65b8291c", "--format", "json").get("year").asInt()).isEqualTo(2007);
    assertThat(
            json("scenarios", SMALL, "--format", "json").get("expect").get("double-aio-complete"))
        .hasSize(3);
  }

  @Test
  void coloursComeWhenTheyAreAskedFor() {
    execute("run", SMALL, "--color", "always");
    assertThat(out).contains("\u001b[32mas expected\u001b[0m");
  }

  @Test
  void completionIsAScript() {
    assertThat(execute("completion")).isZero();
    assertThat(out).startsWith("#!/usr/bin/env bash").contains("--until-violation");
  }
}
