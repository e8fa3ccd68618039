package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.KernelReport;
import diorama.check.LockInversion;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Page locks within journal handles, on schedules from one seed. */
class JournalPageLockInversionTest {
  private static KernelResult run(String kernel, int seconds) {
    return SeededScenario.run(
        "journal-page-lock-inversion", kernel, 3, Duration.ofSeconds(seconds));
  }

  @Test
  void lockdepReportsTheCircleOnEveryMachineThatTakesBothOrders() {
    KernelResult kernel = run("linux-2.6.20-dio-internal-invalidate", 1);
    assertThat(kernel.violations())
        .filteredOn(v -> v.id().equals(KernelReport.Kind.LOCK_ORDER.violationId()))
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(LockInversion.RACE))
        .satisfies(v -> assertThat(v.variants()).containsKey(LockInversion.LOCKDEP));
  }

  @Test
  void theThreeTasksOfTheCircleHangAndEachIsNamed() {
    KernelResult kernel = run("linux-2.6.20-dio-internal-invalidate", 9);
    assertThat(kernel.violations())
        .filteredOn(v -> v.id().equals(KernelReport.Kind.HUNG_TASK.violationId()))
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(LockInversion.RACE))
        .satisfies(
            v ->
                assertThat(v.variants())
                    .containsKeys(
                        LockInversion.DIRECT_WRITER,
                        LockInversion.WANTS_HANDLE,
                        LockInversion.COMMIT));
  }

  @Test
  void theOrdersOfTheReleasesHaveNoCircle() {
    for (String release : new String[] {"linux-2.6.20", "linux-2.6.21"}) {
      assertThat(run(release, 9).violations())
          .as(release)
          .noneMatch(v -> v.race().equals(LockInversion.RACE))
          .noneMatch(v -> v.id().equals(KernelReport.Kind.LOCK_ORDER.violationId()));
    }
  }
}
