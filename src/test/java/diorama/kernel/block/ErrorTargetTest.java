package diorama.kernel.block;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.block.DeviceFaults.Fault;
import diorama.kernel.fs.Rw;
import org.junit.jupiter.api.Test;

class ErrorTargetTest {
  private static final DeviceFaults BAD_100_TO_107 = new ErrorTarget(100, 8);

  @Test
  void whatIsInFrontOfTheFirstBadSectorIsTransferred() {
    assertThat(BAD_100_TO_107.of(Rw.WRITE, 96, 8)).isEqualTo(new Fault(4, 0));
    assertThat(BAD_100_TO_107.of(Rw.READ, 100, 1)).isEqualTo(new Fault(0, 0));
    assertThat(BAD_100_TO_107.of(Rw.READ, 107, 4)).isEqualTo(new Fault(0, 0));
  }

  @Test
  void transfersOfOtherSectorsAreWhole() {
    assertThat(BAD_100_TO_107.of(Rw.WRITE, 92, 8)).isEqualTo(new Fault(8, 0));
    assertThat(BAD_100_TO_107.of(Rw.WRITE, 108, 8)).isEqualTo(new Fault(8, 0));
  }

  @Test
  void ofTwoBadPlacesTheFirstOneEndsTheTransfer() {
    DeviceFaults both = BAD_100_TO_107.and(new ErrorTarget(98, 1));
    assertThat(both.of(Rw.WRITE, 96, 16)).isEqualTo(new Fault(2, 0));
    assertThat(both.of(Rw.WRITE, 99, 16)).isEqualTo(new Fault(1, 0));
  }
}
