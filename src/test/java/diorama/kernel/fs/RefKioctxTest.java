package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** struct kioctx since 3.12 by itself. */
class RefKioctxTest {
  private static final int MAX_REQS = (int) RefKioctx.nrEvents(1);

  private final RefKioctx ctx = new RefKioctx(MAX_REQS, new Mm());

  @Test
  void asksForFourEventsOfEachCpuAtLeastAndMakesRoomForTwiceAsMany() {
    assertThat(RefKioctx.nrEvents(1)).isEqualTo(2L * 4 * RefKioctx.POSSIBLE_CPUS);
    assertThat(RefKioctx.nrEvents(100)).isEqualTo(200);
  }

  @Test
  void hasNothingLeftInARingThatWasFreed() {
    ctx.setupRing(0x1000);
    assertThat(ctx.hasRing()).isTrue();
    ctx.freeRing();
    assertThat(ctx.hasRing()).isFalse();
    assertThat(ctx.peek(1)).isEmpty();
    ctx.userRefillReqsAvailable();
    assertThat(ctx.reqsAvailable()).isPositive();
  }
}
