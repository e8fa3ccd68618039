package diorama.kernel.fs.ext3;

import diorama.kernel.fs.MountedFileSystem;
import java.time.Duration;

/**
 * How a file system was made and is mounted.
 *
 * @param dataMode {@code data=}
 * @param commitInterval {@code commit=}, in kernel time; 5 seconds by default
 * @param barrier {@code barrier=1}
 * @param blockSize 1024, 2048 or 4096 bytes
 * @param journalBlocks length of the journal, at least 1024
 * @param deviceBlocks size of the device in blocks
 */
public record Ext3Options(
    DataMode dataMode,
    Duration commitInterval,
    boolean barrier,
    int blockSize,
    int journalBlocks,
    long deviceBlocks)
    implements MountedFileSystem.Options {
  /** data=ordered, 4096-byte blocks, a journal of 32 MiB on a device of 1 GiB. */
  public static final Ext3Options DEFAULTS =
      new Ext3Options(DataMode.ORDERED, Duration.ofSeconds(5), false, 4096, 8192, 262144);

  /** Checks what mount would refuse. */
  public Ext3Options {
    if (blockSize != 1024 && blockSize != 2048 && blockSize != 4096) {
      throw new IllegalArgumentException("block size " + blockSize + ": 1024, 2048 or 4096");
    }
    if (journalBlocks < 1024) {
      throw new IllegalArgumentException(
          "Journal length (" + journalBlocks + " blocks) too short.");
    }
    if (deviceBlocks < Ext3Layout.FIRST_JOURNAL_BLOCK + journalBlocks + 1L) {
      throw new IllegalArgumentException("a device of " + deviceBlocks + " blocks is too small");
    }
  }

  @Override
  public MountedFileSystem mount(MountedFileSystem.Machine machine) {
    return Ext3FileSystem.mount(machine, this);
  }

  /** log2 of the block size. */
  public int blkbits() {
    return Integer.numberOfTrailingZeros(blockSize);
  }
}
