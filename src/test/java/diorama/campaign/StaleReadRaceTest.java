package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.StaleRead;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Old data after a direct write, on schedules from one seed: what is found is found every time. */
class StaleReadRaceTest {
  private static KernelResult run(String scenario, String kernel, int seconds) {
    return SeededScenario.run(scenario, kernel, 5, Duration.ofSeconds(seconds));
  }

  private static List<String> races(KernelResult kernel) {
    return kernel.violations().stream()
        .filter(v -> v.id().equals(StaleRead.ID))
        .map(ViolationResult::race)
        .toList();
  }

  @Test
  void aReaderBringsOldDataBackDuringASynchronousWriteOn2621Only() {
    assertThat(races(run("readahead-refault", "linux-2.6.21", 1))).contains(StaleRead.REFAULT);
    assertThat(races(run("readahead-refault", "linux-2.6.20", 2))).isEmpty();
    assertThat(races(run("readahead-refault", "linux-2.6.24", 2))).isEmpty();
    assertThat(races(run("readahead-refault", "linux-2.6.27", 2))).isEmpty();
  }

  @Test
  void readaheadBringsOldDataBackOn2621Only() {
    assertThat(races(run("aio-dio-invalidate-readahead", "linux-2.6.21", 5)))
        .contains(StaleRead.REFAULT);
    assertThat(races(run("aio-dio-invalidate-readahead", "linux-2.6.20", 3))).isEmpty();
    assertThat(races(run("aio-dio-invalidate-readahead", "linux-2.6.24", 3))).isEmpty();
  }

  @Test
  void aWriteGoesAheadOverABusyPageOn2621Only() {
    assertThat(races(run("masked-invalidation", "linux-2.6.21", 14)))
        .contains(StaleRead.MASKED_INVALIDATION);
    assertThat(races(run("masked-invalidation", "linux-2.6.20", 6))).isEmpty();
    assertThat(races(run("masked-invalidation", "linux-2.6.26", 6)))
        .containsOnly(StaleRead.DIRTY_COLLISION);
  }

  @Test
  void duringAnAsynchronousWriteItDoesOnLaterKernelsToo() {
    for (String kernel : List.of("linux-2.6.21", "linux-2.6.24", "linux-2.6.27")) {
      assertThat(races(run("stale-page-after-aio-dio", kernel, 10)))
          .as(kernel)
          .containsOnly(StaleRead.REFAULT_DURING_AIO);
    }
  }
}
