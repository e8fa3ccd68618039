package diorama.kernel.fs.jbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class LogSpaceTest {
  private final LogSpace log = new LogSpace(1, 101, 1);

  private void take(int blocks) {
    for (int i = 0; i < blocks; i++) {
      log.nextBlock();
    }
  }

  @Test
  void goesAroundTheEndWhenTheTailHasMoved() {
    take(90);
    log.moveTail(log.head(), 5);
    take(10);
    assertThat(log.head()).as("the block after the last is the first").isEqualTo(1);
    assertThat(log.nextBlock()).isEqualTo(1);
    log.moveTail(2, 6);
    assertThat(log.free()).isEqualTo(100);
    assertThat(log.tailSequence()).isEqualTo(6);
  }

  @Test
  void keepsRoomForDescriptorsBack() {
    assertThat(log.spaceLeft()).isEqualTo(68 - 8);
    take(70);
    assertThat(log.spaceLeft()).isZero();
  }

  @Test
  void isNeverFilledToTheLastBlock() {
    take(99);
    assertThatIllegalStateException().isThrownBy(log::nextBlock);
  }
}
