package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import diorama.campaign.KernelTally.Sighting;
import diorama.config.Profiles;
import diorama.config.ProjectFiles;
import diorama.config.ScenarioFile;
import diorama.trace.TableStyle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixTest {
  private static final String RIGHT =
      "double-aio-complete { must = [linux-2.6.20], never = [linux-2.6.21] }";
  private static final String WRONG =
      "double-aio-complete { never = [linux-2.6.20], must = [linux-2.6.21] }";

  /** What comes with the double completion, or may. */
  private static final String REST =
      """
      io-error-event { may = [linux-2.6.20, linux-2.6.21] }
      oops { may = [linux-2.6.20] }
      panic { may = [linux-2.6.20] }
      soft-lockup { may = [linux-2.6.20] }
      hung-task { may = [linux-2.6.20] }
      not-at-rest { may = [linux-2.6.20] }
      """;

  @TempDir private Path folder;
  private ScenarioFolder files;
  private final List<RunResult> results = new ArrayList<>();

  @BeforeEach
  void folder() {
    files = new ScenarioFolder(folder);
  }

  private static MatrixRequest request(ScenarioFile file, Duration budget) {
    RaceCatalogue races = RaceCatalogue.read(ProjectFiles.library());
    Profiles profiles = new Profiles(ProjectFiles.library());
    List<RunRequest> runs = new ArrayList<>();
    for (MatrixPlan.Pair pair : MatrixPlan.all(List.of(file.scenario()), Set.of())) {
      runs.add(
          new RunRequest(
              pair.scenario(),
              file.device(),
              List.of(profiles.find(pair.kernel())),
              file.settings(),
              Engine.SEEDED,
              SeededRuns.SEED,
              4,
              new RunRequest.Limits(
                  budget, Optional.empty(), false, Sought.on(pair.scenario(), pair.kernel())),
              races,
              TableStyle.PLAIN,
              Optional.empty(),
              Optional.empty()));
    }
    return new MatrixRequest(runs, Engine.SEEDED, SeededRuns.SEED, 1);
  }

  private MatrixResult seeded(String... expect) {
    return run(Duration.ofSeconds(2), expect);
  }

  private MatrixResult run(Duration budget, String... expect) {
    Campaign campaign =
        (request, listener, stop) -> {
          RunResult result = new SeededCampaign(2).run(request, listener, stop);
          results.add(result);
          return result;
        };
    return new Matrix(campaign)
        .run(request(files.scenario("s", expect), budget), ProgressListener.NONE, new StopSignal());
  }

  /** A matrix of machines that show what they are told. */
  private MatrixResult told(Function<String, KernelTally> tally, String... expect) {
    Campaign campaign =
        (request, listener, stop) ->
            RunResult.of(
                request,
                stop.given(),
                List.of(
                    Verdict.judge(
                        request.scenario(), tally.apply(request.kernels().get(0).name()))));
    return new Matrix(campaign)
        .run(
            request(files.scenario("s", expect), Duration.ofSeconds(1)),
            ProgressListener.NONE,
            new StopSignal());
  }

  private static List<Cell> doubles(MatrixResult result) {
    return result.cells().stream()
        .filter(cell -> cell.violation().equals("double-aio-complete"))
        .toList();
  }

  @Test
  void whatIsDocumentedIsSeen() {
    MatrixResult result = seeded(RIGHT, REST);
    assertThat(result.outcome()).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(result.cells()).hasSize(14).allMatch(Cell::ok);
    assertThat(doubles(result))
        .extracting(Cell::kernel, Cell::expected, cell -> cell.seen() > 0, Cell::race)
        .containsExactly(
            tuple("linux-2.6.20", "must", true, "eiocbqueued-clobber"),
            tuple("linux-2.6.21", "never", false, "eiocbqueued-clobber"));
    Cell never = doubles(result).get(1);
    assertThat(never.opportunities()).isPositive();
    assertThat(never.rateHigh95()).isEqualTo(Proportion.boundWhenAbsent(never.opportunities()));
  }

  @Test
  void aWrongExpectationIsMissingOrUnexpected() {
    MatrixResult result = seeded(WRONG, REST);
    assertThat(result.outcome()).isEqualTo(Outcome.UNEXPECTED);
    assertThat(doubles(result))
        .extracting(Cell::kernel, Cell::verdict)
        .containsExactly(
            tuple("linux-2.6.20", CellVerdict.UNEXPECTED),
            tuple("linux-2.6.21", CellVerdict.MISSING));
    assertThat(doubles(result).get(0).explanation()).anyMatch(l -> l.contains("What happened"));
  }

  @Test
  void theSameSeedGivesTheSameCells() {
    assertThat(seeded(RIGHT, REST).cells())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds")
        .isEqualTo(seeded(RIGHT, REST).cells());
  }

  @Test
  void aRunEndsWhenAllThatMustBeSeenWas() {
    seeded(RIGHT, REST);
    assertThat(results).hasSize(2).noneMatch(RunResult::interrupted);
    long early = results.get(0).kernels().get(0).deliveries();
    results.clear();
    seeded(
        "double-aio-complete { must = [linux-2.6.20] }",
        REST,
        "warning { never = [linux-2.6.20] }");
    assertThat(early)
        .as("with something that never shows it takes its time")
        .isLessThan(results.get(0).kernels().get(0).deliveries());
  }

  @Test
  void whatMustBeSeenIsSoughtBeyondTheTimeIfTheScenarioSaysHowRareItIs() {
    String must = "double-aio-complete { must = [linux-2.6.20]%s }";
    assertThat(run(Duration.ofMillis(20), must.formatted(""), REST).outcome())
        .as("20 ms are not enough")
        .isEqualTo(Outcome.UNEXPECTED);
    MatrixResult result = run(Duration.ofMillis(20), must.formatted(", rate = 1e-3"), REST);
    assertThat(doubles(result).get(0)).matches(cell -> cell.ok() && cell.seen() > 0);
    assertThat(result.outcome()).isEqualTo(Outcome.AS_EXPECTED);
  }

  @Test
  void whatIsNotThereIsSoughtForAsManyAttemptsAsItsRateAsksFor() {
    String rated = "double-aio-complete { must = [linux-2.6.21], rate = 0.5 }";
    assertThat(run(Duration.ofMillis(500), rated, REST).outcome()).isEqualTo(Outcome.UNEXPECTED);
    long operations =
        results.get(0).kernels().get(0).operations().values().stream()
            .mapToLong(Long::longValue)
            .sum();
    assertThat(operations).isBetween(Sought.attempts(0.5), 1_000L);
  }

  @Test
  void severalRunsAreMadeAtTheSameTimeAndTheirCellsKeepTheirOrder() {
    CyclicBarrier together = new CyclicBarrier(2);
    Campaign campaign =
        (request, listener, stop) -> {
          try {
            together.await(1, TimeUnit.MINUTES);
          } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("the other run was not begun", e);
          }
          return RunResult.of(
              request,
              false,
              List.of(
                  Verdict.judge(
                      request.scenario(), Samples.oops(request.kernels().get(0).name()))));
        };
    MatrixRequest one = request(files.scenario("s", RIGHT, REST), Duration.ofSeconds(1));
    MatrixResult result =
        new Matrix(campaign)
            .run(
                new MatrixRequest(one.runs(), one.engine(), one.seed(), 2),
                ProgressListener.NONE,
                new StopSignal());
    assertThat(doubles(result))
        .extracting(Cell::kernel)
        .containsExactly("linux-2.6.20", "linux-2.6.21");
  }

  @Test
  void anExpectationOfARaceIsMetByWhateverItViolates() {
    MatrixResult result =
        told(
            Samples::oops, "eiocbqueued-clobber { must = [linux-2.6.20], never = [linux-2.6.21] }");
    assertThat(result.cells())
        .extracting(Cell::violation, Cell::race, Cell::seen, Cell::verdict)
        .containsExactly(
            tuple("eiocbqueued-clobber", "eiocbqueued-clobber", 7L, CellVerdict.OK),
            tuple("eiocbqueued-clobber", "eiocbqueued-clobber", 7L, CellVerdict.UNEXPECTED));
  }

  @Test
  void aVariantIsExpectedLikeARace() {
    MatrixResult result =
        told(
            Samples::oops,
            "eiocbqueued-clobber { may = [linux-2.6.20] }",
            "eiocbqueued-clobber/bio-first { must = [linux-2.6.20], never = [linux-2.6.21] }",
            "eiocbqueued-clobber/slab-reuse { must = [linux-2.6.20], never = [linux-2.6.21] }");
    assertThat(result.cells())
        .filteredOn(cell -> cell.violation().contains("/"))
        .extracting(Cell::violation, Cell::kernel, Cell::race, Cell::seen, Cell::verdict)
        .containsExactly(
            variant("bio-first", "linux-2.6.20", 2L, CellVerdict.OK),
            variant("slab-reuse", "linux-2.6.20", 0L, CellVerdict.MISSING),
            variant("bio-first", "linux-2.6.21", 2L, CellVerdict.UNEXPECTED),
            variant("slab-reuse", "linux-2.6.21", 0L, CellVerdict.OK));
  }

  private static Tuple variant(String name, String kernel, long seen, CellVerdict verdict) {
    return tuple("eiocbqueued-clobber/" + name, kernel, "eiocbqueued-clobber", seen, verdict);
  }

  @Test
  void whatTheScenarioDoesNotMentionIsUnexpected() {
    MatrixResult result =
        told(
            kernel ->
                Samples.tally(
                    kernel,
                    List.of(new Sighting("soft-lockup", "", 2, 0.1, "", Map.of(), List.of()))),
            "double-aio-complete { never = [linux-2.6.21] }");
    assertThat(result.cells())
        .extracting(Cell::violation, Cell::expected, Cell::verdict)
        .containsExactly(
            tuple("double-aio-complete", "never", CellVerdict.OK),
            tuple("soft-lockup", "never", CellVerdict.UNEXPECTED));
  }

  @Test
  void whatMayBeSeenIsOkBothWays() {
    for (Function<String, KernelTally> tally :
        List.<Function<String, KernelTally>>of(Samples::oops, Samples::nothing)) {
      assertThat(told(tally, "double-aio-complete { may = [linux-2.6.20] }").outcome())
          .isEqualTo(Outcome.AS_EXPECTED);
    }
  }

  @Test
  void aMatrixThatIsCutShortHasMissedNothing() {
    StopSignal stop = new StopSignal();
    Campaign campaign =
        (request, listener, signal) -> {
          signal.give();
          return RunResult.of(
              request,
              true,
              List.of(Verdict.judge(request.scenario(), Samples.nothing("linux-2.6.20"))));
        };
    MatrixResult result =
        new Matrix(campaign)
            .run(
                request(files.scenario("s", RIGHT, REST), Duration.ofSeconds(1)),
                ProgressListener.NONE,
                stop);
    assertThat(result.interrupted()).isTrue();
    assertThat(result.runs()).isEqualTo(1);
    assertThat(doubles(result)).isEmpty();
    assertThat(result.cells()).isNotEmpty().allMatch(Cell::ok);
  }
}
