package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.campaign.ExploreResult.First;
import diorama.check.ExactlyOneEvent;
import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is found on schedules of one seed. Nothing here is left to chance: as long as the kernel and
 * the engine do the same, the same is found.
 */
class ExplorationTest {
  /**
   * Long enough for a slab object to be handed out again, with ten times as many preemptions as a
   * machine has by default.
   */
  private static final long LENGTH = 4_000;

  private static Runs busy() {
    return SeededRuns.small().set("engine.seeded.preemption.every=50");
  }

  private static ExploreResult.Kernel explore(
      String kernel, Exploring exploring, long schedules, boolean untilViolation, int threads) {
    RunRequest run = SeededRuns.request(busy(), kernel, SeededRuns.SEED);
    ExploreRequest request =
        new ExploreRequest(run, exploring, 3, LENGTH, 1, schedules, untilViolation, threads);
    return new Exploration().run(request, ProgressListener.NONE, new StopSignal()).kernels().get(0);
  }

  private static Optional<Long> first(ExploreResult.Kernel kernel, String race, String variant) {
    return kernel.first().stream()
        .filter(f -> f.race().equals(race) && f.variant().equals(variant))
        .map(First::schedule)
        .min(Comparator.naturalOrder());
  }

  /**
   * Of 100 schedules about 15 show bio-first, 12 submission-first, 2 slab-reuse, and 30 a page that
   * is busy, with each of the three strategies.
   */
  @ParameterizedTest
  @EnumSource(names = {"RANDOM", "PCT", "POS"})
  void everyStrategyFindsAllFormsOfTheDoubleCompletion(Exploring exploring) {
    ExploreResult.Kernel kernel = explore("linux-2.6.20", exploring, 120, false, 2);
    for (String variant :
        new String[] {
          ExactlyOneEvent.SUBMISSION_FIRST, ExactlyOneEvent.BIO_FIRST, ExactlyOneEvent.SLAB_REUSE
        }) {
      assertThat(first(kernel, ExactlyOneEvent.CLOBBER, variant)).as(variant).isPresent();
    }
    assertThat(kernel.first())
        .anyMatch(
            f -> f.id().equals("io-error-event") && f.race().equals("releasepage-vs-kjournald"));
    assertThat(kernel.checkedTwice()).isEqualTo(6);
    assertThat(kernel.distinctTraces()).isEqualTo(120);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void threadsChangeNothingButTheSpeed(boolean untilViolation) {
    ExploreResult.Kernel one = explore("linux-2.6.20", Exploring.POS, 25, untilViolation, 1);
    ExploreResult.Kernel two = explore("linux-2.6.20", Exploring.POS, 25, untilViolation, 2);
    assertThat(two)
        .usingRecursiveComparison()
        .ignoringFields("schedulesPerSecond", "result.elapsedSeconds", "result.machines")
        .isEqualTo(one);
  }

  /** A schedule ends in the middle of everything: not-at-rest was not looked for. */
  @ParameterizedTest
  @ValueSource(strings = {"linux-2.6.20", "linux-2.6.21"})
  void ofMachinesThatAreNotBroughtToRestNothingIsSaidAboutIt(String kernel) {
    KernelResult result = explore(kernel, Exploring.RANDOM, 5, false, 2).result();
    assertThat(result.absent())
        .extracting(Absent::id)
        .contains("hung-task")
        .doesNotContain(Tally.NOT_AT_REST);
    assertThat(result.violations()).noneMatch(v -> v.id().equals(Tally.NOT_AT_REST));
  }

  @Test
  void itEndsWithTheFirstScheduleThatViolatesSomething() {
    ExploreResult.Kernel kernel = explore("linux-2.6.20", Exploring.RANDOM, 120, true, 2);
    assertThat(kernel.schedulesToFirst()).isNotNull().isEqualTo(kernel.schedules());
    assertThat(kernel.first()).extracting(First::schedule).containsOnly(kernel.schedules());
  }
}
