package diorama.kernel.fs.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.fs.ext4.ExtentMap.Extent;
import org.junit.jupiter.api.Test;

class ExtentMapTest {
  private final ExtentMap map = new ExtentMap();

  @Test
  void blocksThatFollowEachOtherAreOneExtentUnlessOneIsUnwritten() {
    map.insert(0, 100, 2, false);
    map.insert(2, 102, 2, false);
    map.insert(4, 104, 2, true);
    assertThat(map.find(1, 100).block()).isEqualTo(101);
    assertThat(map.find(1, 100).blocks()).isEqualTo(3);
    assertThat(map.isUnwritten(3)).isFalse();
    assertThat(map.isUnwritten(4)).isTrue();
    assertThat(map.find(6, 1).mapped()).isFalse();
  }

  @Test
  void aConversionSplitsAnExtent() {
    map.insert(10, 100, 10, true);
    map.convert(12, 3);
    assertThat(map.isUnwritten(11)).isTrue();
    assertThat(map.isUnwritten(12)).isFalse();
    assertThat(map.isUnwritten(14)).isFalse();
    assertThat(map.isUnwritten(15)).isTrue();
    assertThat(map.find(15, 10).block()).isEqualTo(105);
  }

  @Test
  void whatLiesBehindABlockIsRemovedAndReturned() {
    map.insert(0, 100, 4, false);
    map.insert(8, 200, 4, true);
    assertThat(map.removeFrom(2))
        .containsExactly(new Extent(102, 2, false), new Extent(200, 4, true));
    assertThat(map.find(1, 10).blocks()).isEqualTo(1);
    assertThat(map.find(2, 10).mapped()).isFalse();
  }

  @Test
  void aHoleEndsWhereTheNextExtentBegins() {
    map.insert(8, 200, 4, false);
    assertThat(map.hole(3, 100)).isEqualTo(5);
    assertThat(map.hole(12, 100)).isEqualTo(100);
  }
}
