package diorama.kernel.block;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.sched.Chance;
import org.junit.jupiter.api.Test;

class MediaTest {
  @Test
  void whatIsReadIsWhatWasWrittenLastSectorBySector() {
    Chance chance = new Chance(7);
    Media media = new Media();
    SectorRanges ranges = new SectorRanges();
    Sector[] expected = new Sector[200];
    boolean[] inRanges = new boolean[200];
    java.util.Arrays.fill(expected, Sector.Bytes.ZERO);
    for (int i = 1; i < 2000; i++) {
      int from = (int) chance.below(150);
      int count = 1 + (int) chance.below(50);
      Content content = Content.stamped(i, 3, count);
      media.write(from, content);
      boolean add = chance.below(2) == 0;
      if (add) {
        ranges.add(from, from + count);
      } else {
        ranges.remove(from, from + count);
      }
      for (int s = 0; s < count; s++) {
        expected[from + s] = content.sector(s);
        inRanges[from + s] = add;
      }
      assertThat(media.read(0, 200).sameAs(Content.of(expected.clone()))).isTrue();
      int size = 0;
      for (boolean in : inRanges) {
        size += in ? 1 : 0;
      }
      assertThat(ranges.size()).isEqualTo(size);
    }
  }

  @Test
  void theNextRangeIsTheOneAheadThenTheFirst() {
    SectorRanges ranges = new SectorRanges();
    ranges.add(10, 30);
    ranges.add(50, 60);
    assertThat(ranges.next(40, 5)).isEqualTo(new SectorRanges.Range(50, 55));
    assertThat(ranges.next(70, 100)).isEqualTo(new SectorRanges.Range(10, 30));
  }
}
