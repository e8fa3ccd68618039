package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.ExactlyOneEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The journal is aborted while a write with O_SYNC waits for it, on schedules from one seed. */
class OsyncClobberTest {
  private static ExploreResult.Kernel explore(String kernel) {
    RunRequest request =
        Runs.of("osync-clobber")
            .request(
                Engine.SEEDED,
                kernel,
                1,
                new RunRequest.Limits(Duration.ofSeconds(1), Optional.empty(), false));
    return new Exploration()
        .run(
            new ExploreRequest(request, Exploring.PCT, 3, 5_000, 1, 300, false, 2),
            ProgressListener.NONE,
            new StopSignal())
        .kernels()
        .get(0);
  }

  private static Map<String, Long> orders(ExploreResult.Kernel kernel) {
    Map<String, Long> orders = new TreeMap<>();
    kernel.result().violations().stream()
        .filter(v -> v.race().equals(ExactlyOneEvent.OSYNC_CLOBBER))
        .forEach(v -> v.variants().forEach((name, count) -> orders.merge(name, count, Long::sum)));
    return orders;
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
