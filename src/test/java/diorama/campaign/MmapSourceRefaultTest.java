package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.CacheCoherence;
import diorama.check.StaleRead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old data after a direct write from a mapping, on schedules from one seed. */
class MmapSourceRefaultTest {
  private static KernelResult run(String scenario, String kernel) {
    RunRequest request =
        Runs.of(scenario)
            .request(
                Engine.SEEDED,
                kernel,
                5,
                new RunRequest.Limits(Duration.ofMillis(300), Optional.empty(), false));
    return new SeededCampaign()
        .run(request, ProgressListener.NONE, new StopSignal())
        .kernels()
        .get(0);
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
