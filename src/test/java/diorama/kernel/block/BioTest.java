package diorama.kernel.block;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.sched.Context;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BioTest {
  @Test
  void aContextNumbersItsBiosByItself() {
    List<Context> contexts =
        List.of(
            new Context(Context.Kind.INTERRUPT, "IRQ", 3),
            new Context(Context.Kind.KTHREAD, "kjournald", 3),
            new Context(Context.Kind.PROCESS, "fio", 303));
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      contexts.forEach(context -> assertThat(seen.add(Bio.numberFor(context))).isTrue());
    }
    Context alone = new Context(Context.Kind.PROCESS, "fio", 303);
    for (int i = 0; i < 100; i++) {
      assertThat(seen).contains(Bio.numberFor(alone));
    }
    assertThat(Devices.read(Bio.numberFor(alone), 0, 1).label()).isEqualTo("bio 303.101");
    assertThat(Devices.read(7, 0, 1).label()).isEqualTo("bio 7");
  }
}
