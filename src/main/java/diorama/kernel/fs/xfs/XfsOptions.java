package diorama.kernel.fs.xfs;

import diorama.kernel.fs.MountedFileSystem;

/**
 * How a file system was made.
 *
 * @param blockSize 1024, 2048 or 4096 bytes
 * @param deviceBlocks size of the device in blocks
 */
public record XfsOptions(int blockSize, long deviceBlocks) implements MountedFileSystem.Options {
  /** Where files begin: in front of them are the headers of the allocation group. */
  static final long FIRST_DATA_BLOCK = 64;

  /** Checks what mount would refuse. */
  public XfsOptions {
    if (blockSize != 1024 && blockSize != 2048 && blockSize != 4096) {
      throw new IllegalArgumentException("block size " + blockSize + ": 1024, 2048 or 4096");
    }
    if (deviceBlocks <= FIRST_DATA_BLOCK) {
      throw new IllegalArgumentException("a device of " + deviceBlocks + " blocks is too small");
    }
  }

  @Override
  public MountedFileSystem mount(MountedFileSystem.Machine machine) {
    return new XfsFileSystem(machine, this);
  }

  @Override
  public long firstUsedSector() {
    return FIRST_DATA_BLOCK * (blockSize / 512);
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
