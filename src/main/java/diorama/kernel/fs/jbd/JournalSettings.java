package diorama.kernel.fs.jbd;

import java.time.Duration;

/**
 * What a journal is made with.
 *
 * @param commitInterval {@code j_commit_interval} in kernel time: mount option commit=N
 * @param blocksize bytes in a block
 * @param firstBlock the disk block that the journal's superblock is in; the log follows
 * @param maxlen {@code j_maxlen}: length in blocks, at least 1024 in the kernel
 * @param barrier {@code JFS_BARRIER}: mount option barrier=1
 * @param version whether it is jbd's or jbd2's
 */
public record JournalSettings(
    Duration commitInterval,
    int blocksize,
    long firstBlock,
    int maxlen,
    boolean barrier,
    JbdVersion version) {
  /** A journal of jbd. */
  public JournalSettings(
      Duration commitInterval, int blocksize, long firstBlock, int maxlen, boolean barrier) {
    this(commitInterval, blocksize, firstBlock, maxlen, barrier, JbdVersion.JBD);
  }

  /** Bytes of a {@code journal_block_tag_t}. */
  static final int TAG_SIZE = 8;

  /** {@code j_max_transaction_buffers}: a quarter of the log. */
  public int maxTransactionBuffers() {
    return maxlen / 4;
  }

  /** {@code j_wbufsize}: how many buffers commit submits at once. */
  public int wbufsize() {
    return blocksize / TAG_SIZE;
  }
}
