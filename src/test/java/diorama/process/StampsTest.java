package diorama.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class StampsTest {
  @Test
  void aProcessStampsAlikeWhateverOthersDo() {
    LongSupplier alone = new Stamps(2).of(1);
    Stamps shared = new Stamps(2);
    LongSupplier beside = shared.of(1);
    for (int i = 0; i < 100; i++) {
      assertThat(shared.of(0).getAsLong()).isNotZero();
      assertThat(beside.getAsLong()).isEqualTo(alone.getAsLong());
    }
  }

  @Test
  void noTwoWritesOfAMachineHaveOneStamp() {
    Set<Long> seen = new HashSet<>(List.of(0L));
    for (int task : List.of(1, 2, 3, 32_767)) {
      Stamps stamps = new Stamps(task);
      for (int process : List.of(0, 1, 2, 8_191, 1)) {
        LongSupplier ofProcess = stamps.of(process);
        for (int i = 0; i < 100; i++) {
          assertThat(seen.add(ofProcess.getAsLong())).isTrue();
        }
      }
    }
  }

  @Test
  void refusesNumbersThatDoNotFit() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Stamps(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Stamps(32_768));
    assertThatIllegalArgumentException().isThrownBy(() -> new Stamps(1).of(8_192));
    assertThatIllegalArgumentException().isThrownBy(() -> new Stamps(1).of(-1));
  }
}
