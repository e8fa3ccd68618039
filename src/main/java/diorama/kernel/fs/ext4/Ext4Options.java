package diorama.kernel.fs.ext4;

import diorama.kernel.fs.MountedFileSystem;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.fs.ext3.Ext3Layout;
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
public record Ext4Options(
    DataMode dataMode,
    Duration commitInterval,
    boolean barrier,
    int blockSize,
    int journalBlocks,
    long deviceBlocks)
    implements MountedFileSystem.Options {
  /** Checks what mount would refuse. */
  public Ext4Options {
    if (blockSize != 1024 && blockSize != 2048 && blockSize != 4096) {
      throw new IllegalArgumentException("block size " + blockSize + ": 1024, 2048 or 4096");
    }
    if (journalBlocks < 1024) {
      throw new IllegalArgumentException("journal too short: " + journalBlocks + " blocks");
    }
    if (deviceBlocks < Ext3Layout.FIRST_JOURNAL_BLOCK + journalBlocks + 1L) {
      throw new IllegalArgumentException("a device of " + deviceBlocks + " blocks is too small");
    }
  }

  @Override
  public MountedFileSystem mount(MountedFileSystem.Machine machine) {
    return Ext4FileSystem.mount(machine, this);
  }

  @Override
  public long firstUsedSector() {
    return Ext3Layout.firstDataBlock(journalBlocks) * (blockSize / 512);
  }

  @Override
  public int sectors() {
    return Math.toIntExact(deviceBlocks * (blockSize / 512));
  }

  /** log2 of the block size. */
  int blkbits() {
    return Integer.numberOfTrailingZeros(blockSize);
  }
}
