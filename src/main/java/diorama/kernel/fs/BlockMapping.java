package diorama.kernel.fs;

/**
 * What {@code get_block} found: {@code map_bh}.
 *
 * @param block disk block in file system blocks, -1 where nothing is mapped: a hole
 * @param blocks how many blocks follow each other on disk from there
 * @param isNew {@code buffer_new}: allocated by this call
 * @param error 0 or a negative errno
 * @param unwritten {@code buffer_unwritten}: the blocks are holes to a reader until end_io, which
 *     has to sleep for that
 */
public record BlockMapping(long block, int blocks, boolean isNew, long error, boolean unwritten) {
  /** Blocks that are what they hold. */
  public BlockMapping(long block, int blocks, boolean isNew, long error) {
    this(block, blocks, isNew, error, false);
  }

  /** Nothing is mapped there. */
  public static final BlockMapping HOLE = new BlockMapping(-1, 0, false, 0);

  /** {@code buffer_mapped}. */
  public boolean mapped() {
    return block >= 0;
  }
}
