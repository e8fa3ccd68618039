package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.DioUseAfterFree;
import diorama.check.FsyncError;
import diorama.check.StaleRead;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The races of direct I/O of iomap, on schedules from one seed. */
class IomapRacesTest {
  private static List<String> seen(String scenario, String kernel, int millis) {
    return SeededScenario.run(scenario, kernel, 3, Duration.ofMillis(millis)).violations().stream()
        .map(v -> v.id() + " " + v.race())
        .toList();
  }

  @Test
  void anOldPageStaysAfterAnAsynchronousWriteUpTo413() {
    String stale = StaleRead.ID + " " + StaleRead.REFAULT_DURING_AIO;
    assertThat(seen("stale-page-after-aio-dio-iomap", "linux-4.13", 2000)).contains(stale);
    assertThat(seen("stale-page-after-aio-dio-iomap", "linux-4.14", 2000)).isEmpty();
  }

  @Test
  void zerosOfAnUnconvertedExtentAreCachedIn414Rc() {
    String zeros = StaleRead.ID + " " + StaleRead.BEFORE_END_IO;
    for (String scenario : List.of("invalidate-before-end-io", "invalidate-before-end-io-ext4")) {
      assertThat(seen(scenario, "linux-4.13", 800)).as(scenario).doesNotContain(zeros);
      assertThat(seen(scenario, "linux-4.14-rc", 800)).as(scenario).contains(zeros);
      assertThat(seen(scenario, "linux-4.14", 800)).as(scenario).isEmpty();
    }
  }

  @Test
  void aCollisionIsWarnedAboutUpTo415AndToldByFsyncSince416() {
    String told = FsyncError.ID + " " + StaleRead.DIRTY_COLLISION;
    String warned = "warning " + StaleRead.DIRTY_COLLISION;
    for (String kernel : List.of("linux-4.13", "linux-4.14")) {
      assertThat(seen("dirty-collision-iomap", kernel, 1000))
          .as(kernel)
          .contains(warned)
          .doesNotContain(told);
    }
    for (String kernel : List.of("linux-4.16", "linux-5.10")) {
      assertThat(seen("dirty-collision-iomap", kernel, 1000))
          .as(kernel)
          .contains(told)
          .doesNotContain(warned);
    }
  }

  @Test
  void theSubmitterLooksIntoAFreedDioFrom418To420() {
    assertThat(seen("iomap-wait-after-put", "linux-4.20", 1500))
        .contains(DioUseAfterFree.ID + " " + DioUseAfterFree.WAIT_AFTER_PUT);
    for (String kernel : List.of("linux-4.16", "linux-5.0")) {
      assertThat(seen("iomap-wait-after-put", kernel, 1000)).as(kernel).isEmpty();
    }
  }
}
