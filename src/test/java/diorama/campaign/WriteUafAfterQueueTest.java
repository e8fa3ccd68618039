package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.FileUseAfterFree;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** R30 and R31 on schedules from one seed: what is found here is found every time. */
class WriteUafAfterQueueTest {
  private static ExploreResult.Kernel explore(String kernel, Exploring strategy, long schedules) {
    return SeededScenario.explore(
        Runs.of("write-uaf-after-queue").machines(1), kernel, 1, strategy, 10_000, schedules);
  }

  private static Map<String, Long> variants(ExploreResult.Kernel kernel) {
    return SeededScenario.variants(kernel, FileUseAfterFree.RACE);
  }

  @Test
  void upTo48TheFileAndTheInodeAreUsedAfterTheCompletion() {
    assertThat(variants(explore("linux-4.8", Exploring.PCT, 40)))
        .containsOnlyKeys(FileUseAfterFree.FILE, FileUseAfterFree.INODE);
  }

  @Test
  void from418To50OnlyTheInodeIs() {
    assertThat(variants(explore("linux-5.0", Exploring.RANDOM, 100)))
        .containsOnlyKeys(FileUseAfterFree.INODE);
  }

  @Test
  void withAReferenceNothingIs() {
    for (String kernel : new String[] {"linux-4.9", "linux-5.1"}) {
      ExploreResult.Kernel explored = explore(kernel, Exploring.PCT, 40);
      assertThat(variants(explored)).as(kernel).isEmpty();
      assertThat(explored.result().outcome()).as(kernel).isEqualTo(Outcome.AS_EXPECTED);
      assertThat(explored.result().operations().get("aio-dio-write")).isGreaterThan(30);
    }
  }
}
