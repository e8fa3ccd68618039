package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.ExactlyOneEvent;
import org.junit.jupiter.api.Test;

/**
 * The race of seed 000 in the natural engine, by itself; {@link SeededRaceTest} has what can be
 * exact.
 *
 * <p>How often a correct build fails: with 256 KiB on the disk with a write cache, 2.4 to 5 % of
 * the direct writes are completed twice (32 of 1,361 and 443 of 8,119 in two measurements), and one
 * operation in eight at least is a direct write. Assuming no more than 1 % for a slower or busier
 * machine, 1,500 direct writes without a double completion have the probability 0.99^1500 = 3e-7. A
 * run ends at the first, so that it usually takes a second or two.
 */
class EiocbqueuedClobberTest {
  private static final long BUDGET = 12_000;

  private static Runs small() {
    return Runs.of("aio-dio-invalidate-failure-small")
        .set("tasks.aio-dio-invalidate-failure.size=256KiB");
  }

  private static boolean isClobber(String title) {
    return title.startsWith(ExactlyOneEvent.ID + ": " + ExactlyOneEvent.CLOBBER);
  }

  @Test
  void onLinux2620AnIocbIsCompletedTwiceByItself() {
    Runs runs = small();
    KernelResult result = runs.until("linux-2.6.20", BUDGET, e -> isClobber(e.get(0)));

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
                    .contains("What happened", "ki_users=", "65b8291c"));
  }

  @Test
  void onLinux2619TheSameHappens() {
    Runs runs = small();
    runs.until("linux-2.6.19", BUDGET, e -> isClobber(e.get(0)));
    assertThat(runs.explanations())
        .anySatisfy(lines -> assertThat(isClobber(lines.get(0))).isTrue());
  }

  @Test
  void onLinux2621NoIocbIsCompletedTwiceThoughPagesAreBusyStill() {
    KernelResult result = small().ops("linux-2.6.21", 4_000);
    assertThat(result.outcome()).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(result.violations()).noneMatch(v -> v.id().equals(ExactlyOneEvent.ID));
    assertThat(result.absent())
        .anySatisfy(
            a -> {
              assertThat(a.id()).isEqualTo(ExactlyOneEvent.ID);
              assertThat(a.opportunities()).isGreaterThan(50);
              assertThat(a.rateHigh95()).isLessThan(0.06);
            });
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
}
