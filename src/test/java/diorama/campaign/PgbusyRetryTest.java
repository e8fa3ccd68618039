package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.WrittenOnce;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The patch that does a write once more, on schedules from one seed. */
class PgbusyRetryTest {
  private static ExploreResult.Kernel explore(String kernel) {
    return SeededScenario.explore("pgbusy-retry", kernel, 1, 200);
  }

  private static Map<String, Long> variants(ExploreResult.Kernel kernel) {
    return SeededScenario.variants(kernel, WrittenOnce.RETRY);
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
