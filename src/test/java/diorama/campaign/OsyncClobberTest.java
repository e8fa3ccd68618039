package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.ExactlyOneEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The journal is aborted while a write with O_SYNC waits for it, on schedules from one seed. */
class OsyncClobberTest {
  private static ExploreResult.Kernel explore(String kernel) {
    return SeededScenario.explore("osync-clobber", kernel, 1, 300);
  }

  private static Map<String, Long> orders(ExploreResult.Kernel kernel) {
    return SeededScenario.variants(kernel, ExactlyOneEvent.OSYNC_CLOBBER);
  }

  @Test
  void theRequestIsCompletedTwiceBeforeAndAfterTheFixOfTheOtherClobber() {
    for (String kernel : List.of("linux-2.6.20", "linux-2.6.21", "linux-2.6.27")) {
      assertThat(orders(explore(kernel))).as(kernel).containsKey(ExactlyOneEvent.BIO_FIRST);
    }
    assertThat(orders(explore("linux-2.6.21"))).containsKey(ExactlyOneEvent.SUBMISSION_FIRST);
  }

  @Test
  void itBeganWhenTheErrorOfTheSyncBecameTheResult() {
    assertThat(orders(explore("linux-2.6.12"))).isEmpty();
    assertThat(orders(explore("linux-2.6.19"))).containsKey(ExactlyOneEvent.BIO_FIRST);
  }

  @Test
  void whereMinusEiocbqueuedIsKeptItIsCompletedOnce() {
    ExploreResult.Kernel fixed = explore("linux-2.6.21-osync-clobber-fix");
    assertThat(fixed.result().outcome()).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(orders(fixed)).isEmpty();
    assertThat(fixed.result().operations().get("aio-dio-write")).isGreaterThan(300);
  }
}
