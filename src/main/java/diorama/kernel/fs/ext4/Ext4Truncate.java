package diorama.kernel.fs.ext4;

import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.ext3.BlockAllocator.Run;
import diorama.kernel.fs.ext4.ExtentMap.Extent;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.mm.Truncate;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** {@code ext4_truncate}, inode.c (4.2), and who calls it after a write that came short. */
final class Ext4Truncate {
  private final Ext4 ext4;

  Ext4Truncate(Ext4 ext4) {
    this.ext4 = ext4;
  }

  /**
   * {@code ext4_truncate_failed_write}: pages and blocks behind the end of the file, which a write
   * has made and not filled, go; i_mutex held, no page locked, no handle open.
   */
  Step<Done> failedWrite(Inode inode) {
    return Step.function(
        "ext4_truncate_failed_write",
        () ->
            InodeActor.iSizeRead(inode)
                .then(size -> Truncate.truncateInodePages(inode, size))
                .then(() -> ext4Truncate(inode)));
  }

  /** {@code ext4_truncate}. */
  private Step<Done> ext4Truncate(Inode inode) {
    return Step.function(
        "ext4_truncate",
        () ->
            ext4.fs
                .sb()
                .journalStart(ext4.chunkTransBlocks() + 4)
                .then(
                    handle ->
                        handle.isErr()
                            ? Step.done()
                            : removeSpace(handle, inode)
                                .then(() -> ext4.fs.jbd().journalStop(handle))
                                .map(e -> Done.DONE)));
  }

  private Step<Long> removeSpace(Handle handle, Inode inode) {
    int blkbits = inode.blkbits();
    return ext4.orphanAdd(handle, inode)
        .then(() -> Ext4InodeInfo.downWrite(ext4.info))
        .then(() -> InodeActor.iSizeRead(inode))
        .then(
            size -> {
              long last = (size + (1L << blkbits) - 1) >> blkbits;
              return InodeActor.iDisksizeWrite(inode, size)
                  .then(() -> Ext4InodeInfo.removeSpace(ext4.info, last));
            })
        .then(removed -> Step.forEach(removed, extent -> freeBlocks(handle, extent)))
        .alsoDo(() -> Ext4InodeInfo.upWrite(ext4.info))
        .then(() -> ext4.fs.metadata().changeOrphanList(handle, inode, "_orphan_del"));
  }

  private Step<Long> freeBlocks(Handle handle, Extent extent) {
    return ext4.changeBitmap(handle)
        .alsoDo(
            () ->
                Ext4Allocator.freeBlocks(
                    ext4.allocator,
                    new Run(extent.first(), (int) extent.count()),
                    handle.transaction().tid()));
  }
}
