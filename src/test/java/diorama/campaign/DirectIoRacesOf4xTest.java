package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.FsyncError;
import diorama.check.InterruptSleep;
import diorama.check.StaleRead;
import diorama.check.SwallowedError;
import diorama.check.WorkqueuePublication;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The races of direct I/O between 4.2 and 4.20, on schedules from one seed. */
class DirectIoRacesOf4xTest {
  private static KernelResult run(String scenario, String kernel, int seconds) {
    return SeededScenario.run(scenario, kernel, 3, Duration.ofSeconds(seconds));
  }

  private static List<String> seen(KernelResult kernel) {
    return kernel.violations().stream().map(v -> v.id() + " " + v.race()).toList();
  }

  @Test
  void anOldPageStaysAfterAnAsynchronousWriteUpTo413() {
    for (String kernel : List.of("linux-4.2", "linux-4.4", "linux-4.13")) {
      assertThat(seen(run("stale-page-after-aio-dio", kernel, 10)))
          .as(kernel)
          .contains(StaleRead.ID + " " + StaleRead.REFAULT_DURING_AIO);
    }
    for (String kernel : List.of("linux-4.14", "linux-4.16", "linux-4.20")) {
      KernelResult fixed = run("stale-page-after-aio-dio", kernel, 10);
      assertThat(seen(fixed)).as(kernel).isEmpty();
      assertThat(fixed.outcome()).isEqualTo(Outcome.AS_EXPECTED);
    }
  }

  @Test
  void aSmallBufferedWriteCarriesItToTheDisk() {
    Map<String, Long> variants =
        run("stale-page-written-back", "linux-4.13", 15).violations().stream()
            .filter(v -> v.race().equals(StaleRead.REFAULT_DURING_AIO))
            .findFirst()
            .orElseThrow()
            .variants();
    assertThat(variants).containsKey(StaleRead.WRITTEN_BACK);
    assertThat(seen(run("stale-page-written-back", "linux-4.14", 10))).isEmpty();
  }

  @Test
  void theInterruptOf414RcDropsAPageAndSleeps() {
    ExploreResult.Kernel rc = SeededScenario.explore("invalidate-in-irq", "linux-4.14-rc", 1, 100);
    assertThat(SeededScenario.variants(rc, InterruptSleep.INVALIDATE_IN_IRQ))
        .containsKey(InterruptSleep.SLEEPS);
    for (String kernel : List.of("linux-4.13", "linux-4.14")) {
      ExploreResult.Kernel other = SeededScenario.explore("invalidate-in-irq", kernel, 1, 100);
      assertThat(SeededScenario.variants(other, InterruptSleep.INVALIDATE_IN_IRQ))
          .as(kernel)
          .isEmpty();
    }
  }

  @Test
  void aCollisionIsWarnedAboutOn414AndToldByFsyncSince416() {
    String told = FsyncError.ID + " " + StaleRead.DIRTY_COLLISION;
    String warned = "warning " + StaleRead.DIRTY_COLLISION;
    assertThat(seen(run("dirty-collision", "linux-4.13", 5))).doesNotContain(told, warned);
    assertThat(seen(run("dirty-collision", "linux-4.14", 5))).contains(warned).doesNotContain(told);
    for (String kernel : List.of("linux-4.16", "linux-4.20")) {
      assertThat(seen(run("dirty-collision", kernel, 5)))
          .as(kernel)
          .contains(told)
          .doesNotContain(warned);
    }
  }

  @Test
  void anErrorIsReportedAsSuccessFrom47To419() {
    for (String kernel : List.of("linux-4.12", "linux-4.13", "linux-4.14", "linux-4.16")) {
      assertThat(seen(run("error-reported-as-success", kernel, 1)))
          .as(kernel)
          .contains(SwallowedError.ID + " " + SwallowedError.LOST_IN_COMPLETION);
    }
    for (String kernel : List.of("linux-4.2", "linux-4.4", "linux-4.20")) {
      assertThat(seen(run("error-reported-as-success", kernel, 1))).as(kernel).isEmpty();
    }
  }

  @Test
  void ofSeveralFirstWritersOneIsKeptAndNothingLeaks() {
    for (String kernel : List.of("linux-4.2", "linux-4.14")) {
      KernelResult result = run("wq-publication", kernel, 4);
      assertThat(seen(result)).as(kernel).isEmpty();
      Absent leak =
          result.absent().stream()
              .filter(a -> a.id().equals(WorkqueuePublication.ID))
              .findFirst()
              .orElseThrow();
      assertThat(leak.opportunities()).as(kernel).isPositive();
    }
  }
}
