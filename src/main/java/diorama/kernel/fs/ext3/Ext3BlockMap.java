package diorama.kernel.fs.ext3;

import diorama.kernel.fs.BlockMapping;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which disk block each block of a file is in: {@code i_data} and the indirect blocks behind it.
 *
 * <p>Kept as runs of blocks that follow each other in the file and on disk. What one lookup answers
 * ends where the kernel's walk would have to read another indirect block.
 */
public final class Ext3BlockMap {
  private static final int NDIR_BLOCKS = 12;

  private record Run(long block, long count) {}

  private final int addressesPerBlock;
  private final TreeMap<Long, Run> runs = new TreeMap<>();
  private final TreeMap<Long, Long> indirectBlocks = new TreeMap<>();

  /** The empty map of a file system with this block size. */
  public Ext3BlockMap(int blockSize) {
    this.addressesPerBlock = blockSize / 4;
  }

  /** {@code ext3_get_branch} and what follows it on disk; a hole if nothing is there. */
  public BlockMapping find(long block, int maxBlocks) {
    Map.Entry<Long, Run> run = runs.floorEntry(block);
    if (run == null || block >= run.getKey() + run.getValue().count()) {
      return BlockMapping.HOLE;
    }
    long at = block - run.getKey();
    long count = Math.min(run.getValue().count() - at, limit(block, maxBlocks));
    return new BlockMapping(run.getValue().block() + at, (int) count, false, 0);
  }

  /** {@code ext3_blks_to_allocate}: how many blocks from here are holes that one branch can map. */
  public int blocksToAllocate(long block, int maxBlocks) {
    Long next = runs.higherKey(block);
    long hole = next == null ? Long.MAX_VALUE : next - block;
    return (int) Math.min(hole, limit(block, maxBlocks));
  }

  private long limit(long block, int maxBlocks) {
    long toBoundary =
        block < NDIR_BLOCKS
            ? NDIR_BLOCKS - block
            : addressesPerBlock - (block - NDIR_BLOCKS) % addressesPerBlock;
    return Math.min(maxBlocks, toBoundary);
  }

  /** {@code ext3_find_goal}: behind the block that comes before in the file. */
  public long goal(long block) {
    Map.Entry<Long, Run> before = runs.floorEntry(block);
    return before == null ? 0 : before.getValue().block() + before.getValue().count();
  }

  /** The indirect block that maps this one, 0 if it has to be allocated, -1 if none is needed. */
  public long indirectBlock(long block) {
    return block < NDIR_BLOCKS ? -1 : indirectBlocks.getOrDefault(chunk(block), 0L);
  }

  private long chunk(long block) {
    return (block - NDIR_BLOCKS) / addressesPerBlock;
  }

  /** {@code ext3_splice_branch}: the blocks from here on are at {@code diskBlock}. */
  public void splice(long block, long diskBlock, int count, long indirectBlock) {
    if (indirectBlock > 0) {
      indirectBlocks.put(chunk(block), indirectBlock);
    }
    Map.Entry<Long, Run> before = runs.floorEntry(block);
    if (before != null
        && before.getKey() + before.getValue().count() == block
        && before.getValue().block() + before.getValue().count() == diskBlock) {
      runs.put(
          before.getKey(), new Run(before.getValue().block(), before.getValue().count() + count));
    } else {
      runs.put(block, new Run(diskBlock, count));
    }
  }

  /** How many runs of blocks there are: 1 for a file in one piece. */
  public int fragments() {
    return runs.size();
  }
}
