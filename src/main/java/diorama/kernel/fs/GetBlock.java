package diorama.kernel.fs;

import diorama.kernel.sched.Step;

/** {@code get_block_t}: maps a block of a file to one on disk. */
@FunctionalInterface
public interface GetBlock {
  /**
   * Maps a block.
   *
   * @param block block within the file
   * @param maxBlocks no more than so many blocks are asked for
   * @param create allocate where there is a hole
   */
  Step<BlockMapping> map(Inode inode, long block, int maxBlocks, boolean create);

  /**
   * Whether a direct write inside the file may allocate: no {@code DIO_SKIP_HOLES}. Only where a
   * reader does not see what is allocated before it is written.
   */
  default boolean fillsHoles() {
    return false;
  }
}
