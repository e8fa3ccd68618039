package diorama.kernel.fs;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.mm.PageWriteback;
import diorama.kernel.sched.Step;

/** fs/sync.c: what fsync is made of. */
public final class Sync {
  private final KernelProfile profile;
  private final PageWriteback writeback;

  /** The functions of this kernel version. */
  public Sync(KernelProfile profile, PageWriteback writeback) {
    this.profile = profile;
    this.writeback = writeback;
  }

  /** What fsync and fdatasync of an open file return: 0 or a negative errno, the first one. */
  public Step<Long> fsync(File file, boolean datasync) {
    return profile.fixed(Fix.FSYNC_WITHOUT_I_MUTEX)
        ? vfsFsyncRange(file, datasync)
        : doFsync(file, datasync);
  }

  /**
   * {@code vfs_fsync_range}, sync.c (4.2), for the whole file: no lock is held. The kernel's {@code
   * ->fsync} begin with writing and waiting themselves; here that is done for all of them.
   */
  private Step<Long> vfsFsyncRange(File file, boolean datasync) {
    return function(
        "vfs_fsync_range",
        () ->
            writeback
                .fileWriteAndWaitRange(file, profile.fixed(Fix.ERRSEQ_WB_ERR))
                .then(ret -> ret != 0 ? done(ret) : file.inode().fOps().fsync(file, datasync)));
  }

  /**
   * {@code do_fsync}, sync.c:78 (2.6.20): data, then metadata under i_mutex, then waits for the
   * data.
   */
  private Step<Long> doFsync(File file, boolean datasync) {
    Inode inode = file.inode();
    return function(
        "do_fsync",
        () ->
            writeback
                .filemapFdatawrite(inode)
                .then(
                    ret ->
                        InodeActor.mutexLock(inode)
                            .then(() -> inode.fOps().fsync(file, datasync))
                            .alsoDo(() -> InodeActor.mutexUnlock(inode))
                            .map(err -> ret != 0 ? ret : err))
                .then(ret -> writeback.filemapFdatawait(inode).map(err -> ret != 0 ? ret : err)));
  }

  /**
   * {@code generic_write_sync}, include/linux/fs.h (4.2): syncs what a write with O_SYNC has
   * written; may sleep.
   *
   * @param count bytes written
   * @return that many, also where there is nothing to sync, or a negative errno
   */
  public Step<Long> genericWriteSync(File file, long count) {
    return file.sync()
        ? fsync(file, false).map(err -> err < 0 ? err : Long.valueOf(count))
        : done(count);
  }
}
