package diorama.kernel.fs.ext4;

import diorama.kernel.fs.BlockMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code fs/ext4/extents.c}: which disk blocks the blocks of a file are in, as extents, and which
 * of them are unwritten: allocated, and holes to a reader.
 */
public final class ExtentMap {
  /** {@code EXT_INIT_MAX_LEN}. */
  private static final long MAX_LEN = 1L << 15;

  /**
   * Blocks that follow each other in the file and on disk.
   *
   * @param first the first one on disk
   */
  public record Extent(long first, long count, boolean unwritten) {}

  private final TreeMap<Long, Extent> extents = new TreeMap<>();

  /** {@code ext4_ext_map_blocks} without allocation: a hole where nothing is. */
  public BlockMapping find(long block, int maxBlocks) {
    Map.Entry<Long, Extent> e = extents.floorEntry(block);
    if (e == null || block >= e.getKey() + e.getValue().count()) {
      return BlockMapping.HOLE;
    }
    long at = block - e.getKey();
    long count = Math.min(e.getValue().count() - at, maxBlocks);
    return new BlockMapping(e.getValue().first() + at, (int) count, false, 0);
  }

  /** Whether the block is allocated and was never written. */
  public boolean isUnwritten(long block) {
    Map.Entry<Long, Extent> e = extents.floorEntry(block);
    return e != null && block < e.getKey() + e.getValue().count() && e.getValue().unwritten();
  }

  /** How many blocks from here on are a hole, up to a maximum. */
  public int hole(long block, int maxBlocks) {
    Long next = extents.higherKey(block);
    return (int) Math.min(next == null ? maxBlocks : next - block, maxBlocks);
  }

  /** {@code ext4_ext_find_goal}: behind the block that comes before in the file. */
  public long goal(long block) {
    Map.Entry<Long, Extent> before = extents.floorEntry(block);
    return before == null ? 0 : before.getValue().first() + before.getValue().count();
  }

  /** {@code ext4_ext_insert_extent}: joins the one before where it can. */
  public void insert(long block, long first, long count, boolean unwritten) {
    Map.Entry<Long, Extent> before = extents.lowerEntry(block);
    if (before != null && joins(before, block, first, count, unwritten)) {
      Extent left = before.getValue();
      extents.put(before.getKey(), new Extent(left.first(), left.count() + count, unwritten));
    } else {
      extents.put(block, new Extent(first, count, unwritten));
    }
  }

  private static boolean joins(
      Map.Entry<Long, Extent> before, long block, long first, long count, boolean unwritten) {
    Extent left = before.getValue();
    return before.getKey() + left.count() == block
        && left.first() + left.count() == first
        && left.unwritten() == unwritten
        && left.count() + count <= MAX_LEN;
  }

  /** {@code ext4_convert_unwritten_extents}: the blocks were written. */
  public void convert(long block, long count) {
    cut(block);
    cut(block + count);
    List<Map.Entry<Long, Extent>> within =
        new ArrayList<>(extents.subMap(block, block + count).entrySet());
    for (Map.Entry<Long, Extent> e : within) {
      extents.put(e.getKey(), new Extent(e.getValue().first(), e.getValue().count(), false));
    }
  }

  /** {@code ext4_ext_remove_space}: what lay from this block on. */
  public List<Extent> removeFrom(long block) {
    cut(block);
    List<Extent> removed = new ArrayList<>(extents.tailMap(block, true).values());
    extents.tailMap(block, true).clear();
    return removed;
  }

  /** Makes sure that no extent reaches across a block boundary. */
  private void cut(long at) {
    Map.Entry<Long, Extent> left = extents.lowerEntry(at);
    if (left != null && left.getKey() + left.getValue().count() > at) {
      Extent whole = left.getValue();
      long keep = at - left.getKey();
      extents.put(left.getKey(), new Extent(whole.first(), keep, whole.unwritten()));
      extents.put(at, new Extent(whole.first() + keep, whole.count() - keep, whole.unwritten()));
    }
  }
}
