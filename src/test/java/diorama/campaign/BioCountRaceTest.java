package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.AbandonedDio;
import diorama.check.DioUseAfterFree;
import diorama.check.ExactlyOneEvent;
import diorama.check.WrittenOnce;
import diorama.check.WrongContent;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Seed 002 on schedules from one seed: what is found here is found every time. */
class BioCountRaceTest {
  private static ExploreResult.Kernel explore(
      String scenario, String kernel, Exploring strategy, long schedules) {
    return explore(scenario, kernel, strategy, schedules, 2_000);
  }

  private static ExploreResult.Kernel explore(
      String scenario, String kernel, Exploring strategy, long schedules, long length) {
    return SeededScenario.explore(
        Runs.of(scenario).machines(1), kernel, 1, strategy, length, schedules);
  }

  private static KernelResult writes(String kernel) {
    return explore("lost-event-on-error", kernel, Exploring.RANDOM, 10, 20_000).result();
  }

  private static Set<String> variants(ExploreResult.Kernel kernel) {
    Set<String> variants = new TreeSet<>();
    kernel.result().violations().stream()
        .filter(v -> v.race().equals(AbandonedDio.BIO_COUNT_RACE))
        .map(v -> v.variants().keySet())
        .forEach((Collection<String> names) -> variants.addAll(names));
    return variants;
  }

  private static Set<String> ids(ExploreResult.Kernel kernel) {
    Set<String> ids = new TreeSet<>();
    kernel.result().violations().forEach(v -> ids.add(v.id()));
    return ids;
  }

  @Test
  void eachPatchOfNovember2003HasItsOwnVariants() {
    assertThat(variants(explore("bio-count-race", "linux-2.6.1-mm-v0", Exploring.RANDOM, 600)))
        .containsExactly(AbandonedDio.LEAK, AbandonedDio.LOST_WAKE_UP);
    assertThat(variants(explore("bio-count-race", "linux-2.6.1-mm-v1", Exploring.RANDOM, 200)))
        .containsExactly(AbandonedDio.LEAK, DioUseAfterFree.READ_AFTER_FREE);
    assertThat(variants(explore("bio-count-race", "linux-2.6.1-mm-v2", Exploring.POS, 300)))
        .containsExactly(DioUseAfterFree.IN_INTERRUPT);
  }

  @Test
  void underBioLockThereIsNone() {
    for (String kernel : new String[] {"linux-2.6.5-mm", "linux-2.6.6", "linux-2.6.12"}) {
      ExploreResult.Kernel explored = explore("bio-count-race", kernel, Exploring.RANDOM, 300);
      assertThat(variants(explored)).as(kernel).isEmpty();
      assertThat(explored.result().outcome()).as(kernel).isEqualTo(Outcome.AS_EXPECTED);
    }
  }

  @Test
  void aHoleHasTheWholeWriteTwiceThenTheWrongTailThenTheRest() {
    assertThat(ids(explore("redo-entire-io", "linux-2.6.1-mm-v0", Exploring.RANDOM, 20)))
        .contains(WrittenOnce.ID)
        .doesNotContain(WrongContent.ID);
    assertThat(ids(explore("redo-entire-io", "linux-2.6.6", Exploring.RANDOM, 20)))
        .containsExactly(WrongContent.ID);
    assertThat(ids(explore("redo-entire-io", "linux-2.6.11", Exploring.ROUND_ROBIN, 20))).isEmpty();
  }

  @Test
  void anErrorOfAWriteThatExtendsTheFileIsCompletedTwiceEveryTime() {
    for (String kernel : new String[] {"linux-2.6.1-mm-v0", "linux-2.6.5-mm"}) {
      ExploreResult.Kernel explored = explore("efault-extending-aio", kernel, Exploring.RANDOM, 20);
      assertThat(explored.result().violations())
          .as(kernel)
          .singleElement()
          .satisfies(
              v -> {
                assertThat(v.race()).isEqualTo(ExactlyOneEvent.EFAULT_EXTENDING);
                assertThat(v.count()).isEqualTo(20);
              });
    }
    for (String kernel : new String[] {"linux-2.6.6", "linux-2.6.11"}) {
      assertThat(ids(explore("efault-extending-aio", kernel, Exploring.RANDOM, 20)))
          .as(kernel)
          .isEmpty();
    }
  }

  @Test
  void aBioThatFailsLosesTheEventUntil174e27c6() {
    for (String kernel : new String[] {"linux-2.6.6", "linux-2.6.12"}) {
      assertThat(writes(kernel).violations())
          .as(kernel)
          .singleElement()
          .satisfies(v -> assertThat(v.race()).isEqualTo(AbandonedDio.LOST_EVENT));
    }
    KernelResult fixed = writes("linux-2.6.19");
    assertThat(fixed.violations()).isEmpty();
    assertThat(fixed.operations().get("aio-dio-write")).isGreaterThan(100);
  }
}
