package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.CacheCoherence;
import diorama.check.StaleRead;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old data after a direct write from a mapping, on schedules from one seed. */
class MmapSourceRefaultTest {
  private static KernelResult run(String scenario, String kernel) {
    return SeededScenario.run(scenario, kernel, 5, Duration.ofMillis(300));
  }

  private static List<String> seen(KernelResult kernel) {
    return kernel.violations().stream().map(v -> v.id() + " " + v.race()).toList();
  }

  private static final String STALE_READ = StaleRead.ID + " " + StaleRead.MMAP_REFAULT;

  @ParameterizedTest
  @ValueSource(strings = "linux-2.6.21")
  void withTheLaterInvalidationDeadTheOldPagesStay(String kernel) {
    assertThat(seen(run("mmap-source-refault", kernel)))
        .contains(STALE_READ, CacheCoherence.ID + " " + StaleRead.MMAP_REFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-2.6.19", "linux-2.6.20", "linux-2.6.24", "linux-2.6.27"})
  void withItTheyDoNot(String kernel) {
    KernelResult result = run("mmap-source-refault", kernel);
    assertThat(seen(result)).isEmpty();
    assertThat(result.operations().get("mapped-read")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-2.6.21", "linux-2.6.24", "linux-2.6.27"})
  void duringAnAsynchronousWriteItComesTooEarly(String kernel) {
    assertThat(seen(run("mmap-source-refault-aio", kernel))).contains(STALE_READ);
  }
}
