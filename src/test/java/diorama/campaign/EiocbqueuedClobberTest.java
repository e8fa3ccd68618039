package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.ExactlyOneEvent;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The race of seed 000 in the natural engine, by itself.
 *
 * <p>How often a correct build fails: on its disk with a write cache 5 % of the direct writes of
 * the small scenario are completed twice (443 of 8,119 in the measurement that this budget comes
 * from), and between a quarter and a half of the operations are direct writes. Assuming no more
 * than 1.5 % for a slower or busier machine, 1,000 direct writes without a double completion have
 * the probability 0.985^1000 = 3e-7. A run ends at the first, so that it usually takes a second or
 * two.
 */
class EiocbqueuedClobberTest {
  private static final String SMALL = "aio-dio-invalidate-failure-small";
  private static final long BUDGET = 6_000;

  private static boolean shows(List<String> explanation, String text) {
    return explanation.stream().anyMatch(line -> line.contains(text));
  }

  @Test
  void onLinux2620AnIocbIsCompletedTwiceAndTheKernelDiesInLine512() {
    Runs runs = Runs.of(SMALL);
    KernelResult result =
        runs.until("linux-2.6.20", BUDGET, e -> shows(e, "kernel BUG at fs/aio.c:512!"));

    assertThat(result.violations())
        .anySatisfy(
            v -> {
              assertThat(v.id()).isEqualTo(ExactlyOneEvent.ID);
              assertThat(v.race()).isEqualTo(ExactlyOneEvent.CLOBBER);
              assertThat(v.count()).isPositive();
              assertThat(v.rateLow95()).isPositive().isLessThan(v.rateHigh95());
            });
    assertThat(runs.explanations())
        .anySatisfy(
            lines ->
                assertThat(String.join("\n", lines))
                    .contains("kernel BUG at fs/aio.c:512!", "Call Trace:", "What happened")
                    .contains("aio_complete(-EIO)", "ki_users=")
                    .contains("65b8291c"));
  }

  @Test
  void onLinux2619TheSameIsLine509() {
    Runs runs = Runs.of(SMALL);
    runs.until("linux-2.6.19", BUDGET, e -> shows(e, "kernel BUG at fs/aio.c:509!"));
    assertThat(runs.explanations())
        .anySatisfy(lines -> assertThat(lines).contains("kernel BUG at fs/aio.c:509!"));
  }

  @Test
  void onLinux2621NoIocbIsCompletedTwiceThoughPagesAreBusyStill() {
    KernelResult result = Runs.of(SMALL).ops("linux-2.6.21", 1_200);
    assertThat(result.outcome()).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(result.violations()).noneMatch(v -> v.id().equals(ExactlyOneEvent.ID));
    assertThat(result.absent())
        .anySatisfy(
            a -> {
              assertThat(a.id()).isEqualTo(ExactlyOneEvent.ID);
              assertThat(a.opportunities()).isGreaterThan(100);
              assertThat(a.rateHigh95()).isLessThan(0.03);
            });
  }

  /**
   * The rarest is slab-reuse: 13 of 8,119 direct writes in that measurement, 51 of 2,895 on the
   * disk without its cache; assuming 0.7 % there, 2,000 direct writes miss it with 8e-7. The other
   * two are 0.6 % and 5 % with the cache.
   */
  @Test
  @Tag("slow")
  void allThreeOrdersHappenAndAreToldApart() {
    Set<String> variants = Collections.synchronizedSet(new HashSet<>());
    Runs cached = Runs.of(SMALL).machines(4);
    cached.until("linux-2.6.20", 4 * BUDGET, e -> variants.add(e.get(0)) && orders(variants) == 3);
    if (orders(variants) < 3) {
      Runs disk = Runs.of(SMALL).machines(4).set("device=disk-2007");
      disk.until("linux-2.6.20", 4 * BUDGET, e -> variants.add(e.get(0)) && orders(variants) == 3);
    }
    assertThat(variants)
        .contains(
            "double-aio-complete: eiocbqueued-clobber, submission-first",
            "double-aio-complete: eiocbqueued-clobber, bio-first",
            "double-aio-complete: eiocbqueued-clobber, slab-reuse");
  }

  private static long orders(Set<String> titles) {
    return titles.stream().filter(t -> t.contains(ExactlyOneEvent.CLOBBER)).distinct().count();
  }

  @Test
  void inWritebackModeNoJournalHoldsThePagesAndNothingHappensOnLinux2620() {
    KernelResult result =
        Runs.of("aio-dio-invalidate-failure-writeback")
            .set("device=sata-ssd")
            .ops("linux-2.6.20", 800);
    assertThat(result.violations()).isEmpty();
    assertThat(result.outcome()).isEqualTo(Outcome.AS_EXPECTED);
  }

  @Test
  void aMachineThatDiedIsReplacedAndCounted() {
    KernelResult result = Runs.of(SMALL).ops("linux-2.6.20", 1_500);
    assertThat(result.replaced()).isPositive();
  }
}
