package diorama.process.fio;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.sched.Chance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OffsetsTest {
  private static final int BLOCKS = 64;
  private static final Long[] EVERY_BLOCK =
      LongStream.range(0, BLOCKS).mapToObj(i -> 8192 + i * 4096).toArray(Long[]::new);

  @Test
  void aSequentialPatternGoesUpwards() {
    assertThat(offsets(all(of("write")))).containsExactly(EVERY_BLOCK);
  }

  @Test
  void aRandomPatternVisitsEachBlockOnceInSomeOtherOrder() {
    List<Long> random = offsets(all(of("randwrite")));

    assertThat(random).containsExactlyInAnyOrder(EVERY_BLOCK);
    assertThat(random).doesNotContainSequence(EVERY_BLOCK);
  }

  @Test
  void theSameSeedDrawsTheSameOffsetsAndTheNextLoopOthers() {
    Offsets once = of("randread");
    List<Long> first = offsets(all(once));
    assertThat(offsets(all(of("randread")))).isEqualTo(first);

    once.restart();
    assertThat(offsets(all(once))).containsExactlyInAnyOrder(EVERY_BLOCK).isNotEqualTo(first);
  }

  @Test
  void aSequentialMixHasAPositionForEachDirection() {
    List<IoUnit> mixed = all(of("rw"));
    List<Long> reads = offsets(mixed.stream().filter(u -> !u.write()).toList());
    List<Long> writes = offsets(mixed.stream().filter(IoUnit::write).toList());

    assertThat(reads).isNotEmpty().startsWith(8192L).isSorted().doesNotHaveDuplicates();
    assertThat(writes).isNotEmpty().startsWith(8192L).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void withoutARandomMapBlocksMayRepeat() {
    Offsets free = of("randwrite", "norandommap", "1");

    assertThat(offsets(all(free)).stream().distinct().count()).isLessThan(BLOCKS);
  }

  @Test
  void rwmixreadOfAHundredOnlyReads() {
    assertThat(all(of("randrw", "rwmixread", "100"))).noneMatch(IoUnit::write);
    assertThat(all(of("randrw", "rwmixread", "0"))).allMatch(IoUnit::write);
  }

  private static Offsets of(String rw, String... more) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("rw", rw);
    values.put("size", "256k");
    values.put("offset", "8k");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return new Offsets(JobOptions.of("job", values), new Chance(7));
  }

  private static List<IoUnit> all(Offsets offsets) {
    List<IoUnit> units = new ArrayList<>();
    for (IoUnit unit = offsets.next(); unit != null; unit = offsets.next()) {
      units.add(unit);
    }
    return units;
  }

  private static List<Long> offsets(List<IoUnit> units) {
    return units.stream().map(IoUnit::offset).toList();
  }
}
