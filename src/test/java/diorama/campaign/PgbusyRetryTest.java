package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.WrittenOnce;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The patch that does a write once more, on schedules from one seed. */
class PgbusyRetryTest {
  private static ExploreResult.Kernel explore(String kernel) {
    RunRequest request =
        Runs.of("pgbusy-retry")
            .request(
                Engine.SEEDED,
                kernel,
                1,
                new RunRequest.Limits(Duration.ofSeconds(1), Optional.empty(), false));
    return new Exploration()
        .run(
            new ExploreRequest(request, Exploring.PCT, 3, 5_000, 1, 200, false, 2),
            ProgressListener.NONE,
            new StopSignal())
        .kernels()
        .get(0);
  }

  private static Map<String, Long> variants(ExploreResult.Kernel kernel) {
    Map<String, Long> variants = new TreeMap<>();
    kernel.result().violations().stream()
        .filter(v -> v.race().equals(WrittenOnce.RETRY))
        .forEach(v -> v.variants().forEach((name, n) -> variants.merge(name, n, Long::sum)));
    return variants;
  }

  @Test
  void whatAnotherProcessWroteIsOverwrittenAndNothingIsCompletedTwice() {
    ExploreResult.Kernel patched = explore("linux-2.6.20-pgbusy");
    assertThat(variants(patched)).containsKey(WrittenOnce.OVER_ANOTHER);
    assertThat(patched.result().violations())
        .extracting(ViolationResult::id)
        .containsOnly(WrittenOnce.ID);
  }

  @Test
  void withTheFixThatWasTakenNothingIsWrittenTwice() {
    ExploreResult.Kernel fixed = explore("linux-2.6.21");
    assertThat(variants(fixed)).isEmpty();
    assertThat(fixed.result().outcome()).isEqualTo(Outcome.AS_EXPECTED);
  }
}
