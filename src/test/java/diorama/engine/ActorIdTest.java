package diorama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ActorIdTest {
  @Test
  void isTheSameNumberInEveryRun() {
    // Recordings hold these numbers: they may not change from one release to the next.
    assertThat(ActorId.of("/user/machine-17/kjournald")).isEqualTo(0x1f4b974e5fc77955L);
  }

  @Test
  void tellsActorsApart() {
    assertThat(
            IntStream.range(0, 100_000)
                .mapToObj(i -> ActorId.of("/user/machine-" + i % 100 + "/dio-" + i))
                .collect(Collectors.toSet()))
        .hasSize(100_000)
        .doesNotContain(ActorId.OUTSIDE);
  }
}
