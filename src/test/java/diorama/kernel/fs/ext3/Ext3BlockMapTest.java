package diorama.kernel.fs.ext3;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.fs.BlockMapping;
import org.junit.jupiter.api.Test;

class Ext3BlockMapTest {
  private final Ext3BlockMap map = new Ext3BlockMap(4096);
  private final BlockAllocator allocator = new BlockAllocator(1000, 1100);

  @Test
  void neighboursInTheFileAndOnDiskAreOneRun() {
    map.splice(0, 1000, 4, -1);
    map.splice(4, 1004, 4, -1);
    assertThat(map.fragments()).isEqualTo(1);
    assertThat(map.find(2, 100)).isEqualTo(new BlockMapping(1002, 6, false, 0));
    assertThat(map.goal(8)).isEqualTo(1008);
  }

  @Test
  void aHoleEndsWhereTheNextBlockIsMapped() {
    map.splice(5, 1000, 1, -1);
    assertThat(map.find(4, 1).mapped()).isFalse();
    assertThat(map.find(6, 1).mapped()).isFalse();
    assertThat(map.blocksToAllocate(2, 100)).isEqualTo(3);
    assertThat(map.blocksToAllocate(6, 100)).isEqualTo(6);
  }

  @Test
  void oneLookupEndsWithTheDirectBlocksAndWithEachIndirectBlock() {
    map.splice(0, 1000, 3000, -1);
    assertThat(map.find(0, 5000).blocks()).isEqualTo(12);
    assertThat(map.find(12, 5000).blocks()).isEqualTo(1024);
    assertThat(map.find(1035, 5000).blocks()).isEqualTo(1);
  }

  @Test
  void anIndirectBlockIsAllocatedOnce() {
    assertThat(map.indirectBlock(3)).isEqualTo(-1);
    assertThat(map.indirectBlock(12)).isZero();
    map.splice(12, 1001, 4, 1000);
    assertThat(map.indirectBlock(1035)).isEqualTo(1000);
    assertThat(map.indirectBlock(1036)).isZero();
  }

  @Test
  void blocksComeInARowFromTheGoalAndFromTheStartWhenTheEndIsReached() {
    assertThat(allocator.allocate(0, 10)).isEqualTo(new BlockAllocator.Run(1000, 10));
    assertThat(allocator.allocate(1090, 20)).isEqualTo(new BlockAllocator.Run(1090, 10));
    assertThat(allocator.allocate(1100, 20)).isEqualTo(new BlockAllocator.Run(1010, 20));
    assertThat(allocator.allocate(1005, 200)).isEqualTo(new BlockAllocator.Run(1030, 60));
    assertThat(allocator.allocate(0, 1).count()).isZero();
    assertThat(allocator.free()).isZero();
  }
}
