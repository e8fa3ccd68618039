package diorama.kernel.fs;

import diorama.kernel.KernelProfile;
import diorama.kernel.fs.iomap.IomapDioRw;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/** A mounted file system, as the rest of a machine knows it. */
public interface MountedFileSystem {
  /**
   * What a machine gives a file system.
   *
   * @param bdevname the device's name in messages
   * @param iomap null in kernels that have none
   */
  record Machine(
      Host host,
      KernelProfile profile,
      Spawner spawner,
      BlockLayer block,
      String bdevname,
      BlockdevDirectIo directIo,
      GenericFile genericFile,
      FsWriteback writeback,
      Sync sync,
      @Nullable IomapDioRw iomap) {}

  /** How a file system was made and is mounted. */
  interface Options {
    /** {@code ->mount} of a file system that was just made. */
    MountedFileSystem mount(Machine machine);

    /** The first sector that held files of a file system that was there before, -1 if none was. */
    default long firstUsedSector() {
      return -1;
    }

    /** How many sectors the file system has. */
    default int sectors() {
      return 0;
    }
  }

  /** A new, empty file. */
  Inode newInode(long ino);

  /** The inode of the block device: its page cache holds the metadata, for the flusher to write. */
  Inode bdev();

  /**
   * Whether a clean page is what its place on disk is to hold: not so if it is in a journal and on
   * its way home.
   */
  default Step<Boolean> isHome(Inode inode, Page page) {
    return Step.done(true);
  }

  /** {@code ->bmap}: where a block of a file lies, if it does. */
  Step<BlockMapping> bmap(Inode inode, long block);
}
