package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.campaign.KernelTally.Sighting;
import diorama.config.Expectation;
import diorama.config.ProjectFiles;
import diorama.config.Scenario;
import diorama.config.ScenarioFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictTest {
  @TempDir private Path folder;
  private final Scenario scenario =
      ProjectFiles.scenario("aio-dio-invalidate-failure-small").scenario();

  private static Sighting sighting(String id, String race) {
    return new Sighting(id, race, 1, 0.1, "", Map.of(), List.of());
  }

  @Test
  void whatMustShowAndShowsIsAsExpected() {
    KernelResult result = Verdict.judge(scenario, Samples.oops("linux-2.6.20"));
    assertThat(result.outcome()).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(result.violations()).hasSize(1);
    assertThat(result.violations().get(0).rate()).isEqualTo(7 / 345.0);
  }

  @Test
  void whatMustShowAndDoesNotIsUnexpected() {
    KernelResult result = Verdict.judge(scenario, Samples.nothing("linux-2.6.20"));
    assertThat(result.outcome()).isEqualTo(Outcome.UNEXPECTED);
    assertThat(result.absent())
        .contains(new Absent("double-aio-complete", 345, 3 / 345.0, Expectation.MUST));
  }

  @Test
  void whatMustNeverShowAndShowsIsUnexpected() {
    assertThat(Verdict.judge(scenario, Samples.oops("linux-2.6.21")).outcome())
        .isEqualTo(Outcome.UNEXPECTED);
    assertThat(Verdict.judge(scenario, Samples.nothing("linux-2.6.21")).outcome())
        .isEqualTo(Outcome.AS_EXPECTED);
  }

  @Test
  void aVariantMayBeUnexpectedWhereItsRaceIsNot() {
    ScenarioFolder files = new ScenarioFolder(folder);
    String race = "eiocbqueued-clobber { must = [linux-2.6.20] }";
    assertThat(judged(files.scenario("a", race))).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(judged(files.scenario("b", race, variant("bio-first", "must"))))
        .isEqualTo(Outcome.AS_EXPECTED);
    assertThat(judged(files.scenario("c", race, variant("bio-first", "never"))))
        .isEqualTo(Outcome.UNEXPECTED);
    assertThat(judged(files.scenario("d", race, variant("slab-reuse", "must"))))
        .isEqualTo(Outcome.UNEXPECTED);
  }

  private static Outcome judged(ScenarioFile file) {
    return Verdict.judge(file.scenario(), Samples.oops("linux-2.6.20")).outcome();
  }

  private static String variant(String name, String expectation) {
    return "eiocbqueued-clobber/" + name + " { " + expectation + " = [linux-2.6.20] }";
  }

  @Test
  void whatMayShowDecidesNothing() {
    KernelTally both =
        Samples.tally("linux-2.6.21", List.of(sighting("io-error-event", "unknown")));
    assertThat(Verdict.judge(scenario, both).outcome()).isEqualTo(Outcome.AS_EXPECTED);
  }

  @Test
  void whatTheScenarioDoesNotMentionIsUnexpected() {
    KernelTally surprise =
        Samples.tally(
            "linux-2.6.20",
            List.of(
                sighting("double-aio-complete", "eiocbqueued-clobber"),
                sighting("lock-order-cycle", "unknown")));
    assertThat(Verdict.judge(scenario, surprise).outcome()).isEqualTo(Outcome.UNEXPECTED);
  }

  @Test
  void theKernelCanComplainInEveryOperation() {
    assertThat(Verdict.judge(scenario, Samples.nothing("linux-2.6.21")).absent())
        .contains(new Absent("panic", 645, 3 / 645.0, Expectation.NEVER));
  }

  @Test
  void whatNobodyCountedHasNoRate() {
    KernelTally surprise =
        Samples.tally("linux-2.6.20", List.of(sighting("something-new", "unknown")));
    ViolationResult seen = Verdict.judge(scenario, surprise).violations().get(0);
    assertThat(seen.opportunities()).isZero();
    assertThat(seen.rateLow95()).isZero();
    assertThat(seen.rateHigh95()).isEqualTo(1);
  }

  @Test
  void ofWhatNobodyLookedForNothingIsSaidAndNothingIsDecided() {
    KernelTally blind =
        Samples.tally(
            "linux-2.6.20", Set.of("double-aio-complete", "not-at-rest", "panic"), List.of());
    KernelResult result = Verdict.judge(scenario, blind);
    assertThat(result.absent())
        .extracting(Absent::id)
        .contains("oops")
        .doesNotContain("double-aio-complete", "not-at-rest", "panic");
    assertThat(result.outcome()).as("double-aio-complete must be").isEqualTo(Outcome.AS_EXPECTED);
  }

  @Test
  void aKernelThatTheScenarioDoesNotNameMayDoEither() {
    assertThat(Verdict.judge(scenario, Samples.oops("mine")).outcome())
        .isEqualTo(Outcome.AS_EXPECTED);
    assertThat(Verdict.judge(scenario, Samples.nothing("mine")).outcome())
        .isEqualTo(Outcome.AS_EXPECTED);
  }
}
