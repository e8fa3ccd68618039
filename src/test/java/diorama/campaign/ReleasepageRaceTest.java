package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.ExactlyOneEvent;
import diorama.check.IoErrorEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A page that cannot be dropped, from 2.6.20 to 2.6.27, on the same schedules from one seed: what
 * is found here is found every time.
 */
class ReleasepageRaceTest {
  private static final long SCHEDULES = 1_000;

  private static ExploreResult.Kernel explore(String kernel) {
    return SeededScenario.explore("releasepage-vs-kjournald", kernel, 7, SCHEDULES);
  }

  private static Map<String, Long> pinners(ExploreResult.Kernel kernel) {
    return kernel.result().violations().stream()
        .filter(v -> v.id().equals(IoErrorEvent.ID) && v.race().equals(IoErrorEvent.RELEASEPAGE))
        .findFirst()
        .map(ViolationResult::variants)
        .orElse(Map.of());
  }

  private static long failures(ExploreResult.Kernel kernel) {
    return pinners(kernel).values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void on2626WritesFailForBusyBuffersAndOn2624MostFailuresAreMasked() {
    ExploreResult.Kernel unmasked = explore("linux-2.6.26");
    ExploreResult.Kernel masked = explore("linux-2.6.24");

    assertThat(pinners(unmasked)).containsKeys("F1", "F3", "F4");
    assertThat(failures(masked)).isPositive().isLessThan(failures(unmasked) / 2);
    assertThat(unmasked.result().violations()).noneMatch(v -> v.id().equals(ExactlyOneEvent.ID));
  }

  @Test
  void on2627NoneDoesAndEveryWriteEnds() {
    ExploreResult.Kernel kernel = explore("linux-2.6.27");

    assertThat(kernel.result().outcome()).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(kernel.result().violations()).isEmpty();
    assertThat(kernel.result().operations().get("aio-dio-write")).isGreaterThan(SCHEDULES);
  }
}
