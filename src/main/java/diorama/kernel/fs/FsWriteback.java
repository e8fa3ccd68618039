package diorama.kernel.fs;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import diorama.kernel.mm.PageWriteback;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * {@code fs/fs-writeback.c} (2.6.20): how an inode becomes dirty, and how it is written.
 *
 * <p>{@code i_state} is under inode_lock, which is held between no two steps here. I_LOCK is what
 * keeps others away while an inode is written. The time stamps of a file, which set I_DIRTY_SYNC
 * only, are not modelled.
 */
public final class FsWriteback {
  private static final WritebackControl SYNC_INODE = new WritebackControl(true, 0, 0, 0);

  private final PageWriteback writeback;

  /** The functions, over those that write pages. */
  public FsWriteback(PageWriteback writeback) {
    this.writeback = writeback;
  }

  /** {@code mark_inode_dirty}: tells the file system first, then sets the bits. */
  public Step<Done> markInodeDirty(Inode inode) {
    return function(
        "__mark_inode_dirty",
        () -> inode.sOps().dirtyInode(inode).then(() -> InodeActor.setDirty(inode)));
  }

  /**
   * {@code generic_osync_inode(OSYNC_METADATA)}: writes the inode if more than its time stamps have
   * changed; i_mutex held. The C also syncs the mapping's private buffers, of which ext3 has none.
   *
   * @return 0 or a negative errno
   */
  public Step<Long> genericOsyncInode(Inode inode) {
    return function(
        "generic_osync_inode",
        () ->
            InodeActor.isDirty(inode)
                .then(
                    needWriteInodeNow ->
                        needWriteInodeNow
                            ? writeInodeNow(inode)
                            : InodeActor.waitOnInode(inode).map(x -> 0L)));
  }

  /** {@code write_inode_now(inode, 1)}: the pages of the file too. */
  private Step<Long> writeInodeNow(Inode inode) {
    return function(
        "write_inode_now",
        () ->
            writebackSingleInode(inode, WritebackControl.SYNC_ALL)
                .alsoDo(() -> InodeActor.waitOnInode(inode)));
  }

  /**
   * {@code sync_inode} as {@code ->fsync} calls it, whose caller writes the pages itself.
   *
   * @return 0 or a negative errno
   */
  public Step<Long> syncInode(Inode inode) {
    return function("sync_inode", () -> writebackSingleInode(inode, SYNC_INODE));
  }

  /** {@code __writeback_single_inode}, for WB_SYNC_ALL: waits for who writes the inode now. */
  private Step<Long> writebackSingleInode(Inode inode, WritebackControl wbc) {
    return function(
        "__writeback_single_inode",
        () ->
            InodeActor.beginSync(inode)
                .then(dirty -> syncSingleInode(inode, wbc, dirty))
                .alsoDo(() -> InodeActor.endSync(inode)));
  }

  /** {@code __sync_single_inode} between the two sections that set and clear I_LOCK. */
  private Step<Long> syncSingleInode(Inode inode, WritebackControl wbc, boolean dirty) {
    return function(
        "__sync_single_inode",
        () ->
            (wbc.nrToWrite() == 0 ? done(0L) : writeback.genericWritepages(inode, wbc))
                .then(
                    ret ->
                        dirty
                            ? inode.sOps().writeInode(inode, true).map(err -> first(ret, err))
                            : done(ret))
                .then(ret -> writeback.filemapFdatawait(inode).map(err -> first(ret, err))));
  }

  private static long first(long error, long next) {
    return error != 0 ? error : next;
  }
}
