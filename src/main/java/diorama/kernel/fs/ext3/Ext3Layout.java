package diorama.kernel.fs.ext3;

/**
 * Where things are on disk: one block group with the superblock, its descriptor, a bitmap, inodes,
 * then the journal, then data. A real file system has many groups; how many metadata blocks an
 * update touches is the same, for ext4 as well.
 */
public final class Ext3Layout {
  public static final long SUPERBLOCK = 1;
  public static final long GROUP_DESCRIPTOR = 2;
  public static final long BLOCK_BITMAP = 3;
  static final long FIRST_INODE_BLOCK = 8;
  public static final long FIRST_JOURNAL_BLOCK = 64;
  private static final int INODE_SIZE = 128;

  private Ext3Layout() {}

  /** The block that an inode is in. */
  static long inodeBlock(long ino, int blockSize) {
    long blocks = FIRST_JOURNAL_BLOCK - FIRST_INODE_BLOCK;
    return FIRST_INODE_BLOCK + (ino * INODE_SIZE / blockSize) % blocks;
  }

  /** The first block that files can have, behind a journal of so many blocks. */
  public static long firstDataBlock(int journalBlocks) {
    return FIRST_JOURNAL_BLOCK + journalBlocks;
  }
}
