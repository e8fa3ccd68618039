package diorama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import diorama.campaign.Campaign;
import diorama.campaign.KernelTally.Sighting;
import diorama.campaign.RunRequest;
import diorama.campaign.Samples;
import diorama.config.ProjectFiles;
import diorama.kernel.Fix;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import picocli.CommandLine;

/** The matrix within this process, against a campaign without machines. */
class MatrixCommandTest {
  private static final String SMALL = "aio-dio-invalidate-failure-small";
  private static final String WRITEBACK = "aio-dio-invalidate-failure-writeback";
  private static final List<String> ONE = List.of("matrix", "--scenario", SMALL, "--seed", "42");

  private final FakeCampaign campaign = new FakeCampaign();
  private final List<RunRequest> runs = new ArrayList<>();
  private String out = "";
  private String err = "";

  @TempDir Path folder;

  private int execute(List<String> line, String... more) {
    Campaign remembering =
        (request, listener, stop) -> {
          runs.add(request);
          return campaign.run(request, listener, stop);
        };
    CommandLine commandLine = Main.commandLine(ProjectFiles.library(), engine -> remembering);
    StringWriter outWriter = new StringWriter();
    StringWriter errWriter = new StringWriter();
    commandLine.setOut(new PrintWriter(outWriter));
    commandLine.setErr(new PrintWriter(errWriter));
    List<String> arguments = new ArrayList<>(line);
    arguments.addAll(List.of(more));
    int code = commandLine.execute(arguments.toArray(String[]::new));
    out = outWriter.toString();
    err = errWriter.toString();
    return code;
  }

  /** The interrupt context completed an iocb of 2.6.21 twice, and said so in strange characters. */
  private void fixedKernelViolates() {
    campaign.answer =
        kernel ->
            kernel.equals("linux-2.6.20")
                ? Samples.nothing(kernel)
                : Samples.tally(
                    kernel,
                    List.of(
                        new Sighting(
                            "double-aio-complete",
                            "eiocbqueued-clobber",
                            3,
                            0.1,
                            "",
                            Map.of(),
                            List.of(
                                "]]> & <b> \"\u001b[31m\u0000\uFFFE\uD800 caf\u00e9 \uD83D\uDC1E"))));
  }

  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document document, String name) {
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < document.getElementsByTagName(name).getLength(); i++) {
      elements.add((Element) document.getElementsByTagName(name).item(i));
    }
    return elements;
  }

  @Test
  void aMatrixThatShowsWhatIsDocumentedEndsWithZero() {
    assertThat(execute(ONE, "--color", "never")).as(err).isZero();
    assertThat(out)
        .contains("3 runs one after the other", "engine natural, seed 42")
        .containsPattern(SMALL + " +2.6.19 +2.6.20 +2.6.21")
        .containsPattern("double-aio-complete +seen 7 +seen 7 +< 0.0087")
        .containsPattern("io-error-event +\\(not seen\\) +\\(not seen\\) +\\(not seen\\)")
        .contains("21 cells of 3 runs: 21 ok, 0 missing, 0 unexpected", "as expected in ")
        .doesNotContain("\u001b");
  }

  @Test
  void whatIsNotAsDocumentedIsToldInWordsAndEndsWithOne() {
    fixedKernelViolates();
    assertThat(execute(ONE)).isEqualTo(ExitCode.UNEXPECTED);
    assertThat(out)
        .containsPattern("double-aio-complete +seen 3 +MISSING +UNEXPECTED 3")
        .contains(
            SMALL + " on linux-2.6.20: double-aio-complete must be seen and was not, in 345",
            SMALL + " on linux-2.6.21: double-aio-complete must never be seen and was, 3 times",
            "look closer with: ./diorama run "
                + SMALL
                + " --kernel linux-2.6.20 --machines 2 --for 3000ms --engine natural --seed 42",
            "19 ok, 1 missing, 1 unexpected",
            "not as expected in ");
  }

  @Test
  void aMatrixThatIsInterruptedPrintsWhatItHasAndEndsWith130() {
    campaign.interrupted = true;
    assertThat(execute(ONE)).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(out).contains("7 cells of 1 run (of 3)", "interrupted; until then as expected");
  }

  @Test
  void jsonIsOneDocumentOfTheDocumentedShape() throws IOException {
    assertThat(execute(ONE, "--format", "json")).isZero();
    JsonNode result = new ObjectMapper().readTree(out);
    assertThat(result.fieldNames())
        .toIterable()
        .containsExactly("cells", "outcome", "elapsedSeconds", "engine", "seed");
    assertThat(result.get("outcome").asText()).isEqualTo("as-expected");
    assertThat(result.get("seed").asLong()).isEqualTo(42);
    assertThat(result.get("cells")).hasSize(21);
    JsonNode cell = result.get("cells").get(0);
    assertThat(cell.fieldNames())
        .toIterable()
        .containsExactly(
            "scenario",
            "kernel",
            "race",
            "violation",
            "expected",
            "seen",
            "opportunities",
            "verdict",
            "rateHigh95",
            "seconds");
    assertThat(cell.get("scenario").asText()).isEqualTo(SMALL);
    assertThat(cell.get("kernel").asText()).isEqualTo("linux-2.6.19");
    assertThat(cell.get("race").asText()).isEqualTo("eiocbqueued-clobber");
    assertThat(cell.get("violation").asText()).isEqualTo("double-aio-complete");
    assertThat(cell.get("expected").asText()).isEqualTo("must");
    assertThat(cell.get("seen").asLong()).isEqualTo(7);
    assertThat(cell.get("verdict").asText()).isEqualTo("ok");
  }

  @Test
  void junitIsReadByAnXmlParserWhateverTheKernelSays() throws Exception {
    fixedKernelViolates();
    assertThat(execute(ONE, "--format", "junit")).isEqualTo(ExitCode.UNEXPECTED);
    assertThat(out).matches("(?s)\\p{ASCII}*");
    Document document = parsed(out);
    assertThat(elements(document, "testsuite"))
        .singleElement()
        .satisfies(
            suite -> {
              assertThat(suite.getAttribute("name")).isEqualTo(SMALL);
              assertThat(suite.getAttribute("tests")).isEqualTo("21");
              assertThat(suite.getAttribute("failures")).isEqualTo("2");
            });
    assertThat(elements(document, "testcase"))
        .hasSize(21)
        .allMatch(test -> test.getAttribute("classname").equals(SMALL))
        .allMatch(test -> test.getAttribute("time").matches("\\d+\\.\\d{3}"))
        .extracting(test -> test.getAttribute("name"))
        .contains("double-aio-complete on linux-2.6.21");
    assertThat(elements(document, "failure"))
        .extracting(failure -> failure.getAttribute("type"))
        .containsExactly("missing", "unexpected");
    assertThat(elements(document, "failure").get(1).getTextContent())
        .contains(
            "must never be seen", "]]> & <b> \"\uFFFD[31m\uFFFD\uFFFD\uFFFD café \uD83D\uDC1E");
  }

  @Test
  void markdownIsTheSameTable() {
    fixedKernelViolates();
    assertThat(execute(ONE, "--format", "markdown")).isEqualTo(ExitCode.UNEXPECTED);
    assertThat(out)
        .startsWith("| scenario | violation | linux-2.6.19 | linux-2.6.20 | linux-2.6.21 |")
        .contains(
            "| " + SMALL + " | double-aio-complete | seen 3 | **MISSING** | **UNEXPECTED 3** |",
            "* " + SMALL + " on linux-2.6.20: double-aio-complete must be seen and was not",
            "**not as expected**")
        .doesNotContain("\u001b");
  }

  @Test
  void theReportHoldsEveryFormat() throws Exception {
    Path report = folder.resolve("a/b");
    assertThat(execute(ONE, "--report", report.toString(), "--color", "always")).isZero();
    assertThat(out).contains("\u001b[32m< 0.0087\u001b[0m");
    assertThat(new ObjectMapper().readTree(report.resolve("result.json").toFile()).has("cells"))
        .isTrue();
    assertThat(report.resolve("summary.txt"))
        .content()
        .contains("< 0.0087")
        .doesNotContain("\u001b");
    assertThat(report.resolve("matrix.md")).content().startsWith("| scenario |");
    assertThat(elements(parsed(Files.readString(report.resolve("junit.xml"))), "testcase"))
        .hasSize(21);
  }

  @Test
  void runsEndWhenAllThatMustBeSeenWasAndOtherwiseWithTheirBudget() {
    assertThat(execute(ONE)).isZero();
    assertThat(runs)
        .extracting(run -> run.limits().sought().ends() + " " + run.limits().sought().names())
        .containsExactly("true [double-aio-complete]", "true [double-aio-complete]", "false []");
    assertThat(runs).allMatch(run -> run.limits().duration().equals(Duration.ofSeconds(3)));
    assertThat(runs).allMatch(run -> run.machines() == 2 && run.seed() == 42);
  }

  @Test
  void whatMustBeSeenHasTheTimeOfItsScenarioUnlessThatSaysHowRareItIs() throws IOException {
    String scenario = "aio-dio-invalidate-failure";
    assertThat(execute(List.of("matrix", "--scenario", scenario))).isZero();
    assertThat(seconds()).containsExactly(3L, 3L, 3L);
    assertThat(runs).extracting(run -> run.limits().sought().attempts()).contains(684L, 0L);
    runs.clear();
    String rated = Files.readString(ProjectFiles.scenario(scenario).scenario().file());
    String unrated = rated.replaceAll("rate = .*", "");
    assertThat(unrated).isNotEqualTo(rated);
    Path file = Files.writeString(folder.resolve("unrated.conf"), unrated);
    assertThat(execute(List.of("matrix", "--scenario", file.toString()))).isZero();
    assertThat(seconds()).containsExactly(20L, 20L, 3L);
    runs.clear();
    assertThat(execute(List.of("matrix", "--scenario", file.toString(), "--budget", "2s")))
        .isZero();
    assertThat(seconds()).containsOnly(2L);
  }

  private List<Long> seconds() {
    return runs.stream().map(run -> run.limits().duration().toSeconds()).toList();
  }

  @Test
  void withoutAFixOnlyKernelsThatHaveItAreRunAndUnderTheirNameTheyLackIt() {
    execute(ONE, "--without", "65b8291c");
    assertThat(runs)
        .singleElement()
        .satisfies(run -> assertThat(run.kernels().get(0).name()).isEqualTo("linux-2.6.21"))
        .satisfies(
            run ->
                assertThat(run.kernels().get(0).kernel().fixes())
                    .contains(Fix.INVALIDATE_WHOLE_RANGE)
                    .doesNotContain(Fix.INVALIDATE_BEFORE_DIRECT_WRITE));
  }

  @Test
  void everyOptionReachesTheRuns() {
    assertThat(
            execute(
                ONE,
                "--kernel",
                "linux-2.6.21",
                "--kernel",
                "linux-2.6.19",
                "--race",
                "eiocbqueued-clobber",
                "--engine",
                "seeded",
                "--machines",
                "7"))
        .as(err)
        .isZero();
    assertThat(runs)
        .extracting(run -> run.kernels().get(0).name())
        .containsExactly("linux-2.6.19", "linux-2.6.21");
    assertThat(runs).allMatch(run -> run.machines() == 7 && run.engine().label().equals("seeded"));
  }

  @Test
  void quickHasOneScenarioForEachRaceOnTheKernelsThatTellApart() {
    assertThat(execute(List.of("matrix", "--quick", "--scenario", SMALL, "--scenario", WRITEBACK)))
        .as("the violation is unexpected on data=writeback")
        .isEqualTo(ExitCode.UNEXPECTED);
    assertThat(runs)
        .extracting(run -> run.scenario().name() + " " + run.kernels().get(0).name())
        .containsExactly(
            SMALL + " linux-2.6.20", SMALL + " linux-2.6.21", WRITEBACK + " linux-2.6.19");
    assertThat(runs).allMatch(run -> run.limits().duration().equals(Duration.ofSeconds(3)));
  }

  @Test
  void aMixOfFixesThatNoScenarioNamesMayShowAnything() throws IOException {
    String mine = kernel(folder.resolve("mine.conf"));
    assertThat(execute(ONE, "--kernel", mine, "--format", "json")).as(err).isZero();
    assertThat(runs).extracting(run -> run.kernels().get(0).name()).containsExactly("mine");
    JsonNode cells = new ObjectMapper().readTree(out).get("cells");
    assertThat(cells.findValuesAsText("expected")).containsOnly("may");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--kernel linux-2.6.2O | there is no kernel named \"linux-2.6.2O\"; did you mean linux-2.6.20?",
        "--scenario smal | there is no scenario named \"smal\"",
        "--race eiocbqueued | there is no race named \"eiocbqueued\"; did you mean eiocbqueued-clobber?",
        "--without 65b829 | there is no fix \"65b829\"; did you mean 65b8291c?",
        "--without 65b8291c --kernel linux-2.6.20 | --without 65b8291c: none of these kernels has it",
        "--budget 10 | --budget: found \"10\"; allowed: a time with its unit",
        "--format xml | --format: found \"xml\"; allowed: text, json, junit, markdown",
        "--engine quantum | --engine: found \"quantum\"; allowed: natural, seeded",
        "--machines 0 | --machines: found \"0\"; allowed: an integer from 1 to 100000",
        "--qick | unknown option --qick; did you mean --quick?",
        "extra | unexpected argument \"extra\""
      })
  void badInputIsOneClearMessageAndNothingRuns(String line, String told) {
    assertThat(execute(List.of("matrix"), line.split(" "))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).startsWith("diorama: " + told).doesNotContain("\tat ", "Exception");
    assertThat(out).isEmpty();
    assertThat(runs).isEmpty();
  }

  @Test
  void whereNothingIsLeftToRunThatIsTold() {
    Path mine = folder.resolve("mine.conf");
    assertThat(
            execute(
                List.of("matrix", "--quick", "--race", "eiocbqueued-clobber", "--scenario", SMALL),
                "--kernel",
                kernel(mine)))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err)
        .isEqualTo(
            "diorama: nothing to run: none of these scenarios is about eiocbqueued-clobber and says"
                + " what must be seen or never is on "
                + mine
                + System.lineSeparator());
    assertThat(runs).isEmpty();
  }

  private static String kernel(Path file) {
    try {
      return Files.writeString(file, "title = mine\nbase = linux-2.6.20\n").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aReportThatCannotBeWrittenIsToldBeforeAnythingRuns() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(execute(ONE, "--report", file.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err).contains("--report", "there is a file of that name").hasLineCount(1);
    assertThat(runs).isEmpty();
  }
}
