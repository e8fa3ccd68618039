package diorama.kernel.fs.ext4;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * {@code ext4_aops} without delayed allocation: data=ordered and data=writeback. The journal never
 * sees a data buffer; in ordered mode it knows the inodes whose new blocks a commit has to wait
 * for.
 */
final class Ext4Data extends Ext4 {
  Ext4Data(
      Shared fs, ActorRef<Ext4Allocator.Command> allocator, ActorRef<Ext4InodeInfo.Command> info) {
    super(fs, allocator, info);
  }

  /** {@code ext4_write_end}, inode.c (4.2). */
  @Override
  public Step<Long> writeEnd(Inode inode, long pos, int len, int copied, Page page) {
    int from = (int) (pos & (Page.SIZE - 1));
    return Step.function(
        "ext4_write_end",
        () ->
            currentHandle()
                .then(
                    handle ->
                        fs.buffer()
                            .blockWriteEnd(page, from, len, copied)
                            .alsoDo(() -> AddressSpaceActor.unlockPage(page))
                            .then(counts -> endWrite(handle, inode, pos, len, counts, 0))));
  }

  /**
   * {@code ext4_writepage}, inode.c (4.2). Blocks are allocated by {@code ->write_begin}; where a
   * mapping has dirtied a hole, which the kernel sees to when the page is first stored to, they are
   * allocated here, in a handle that is opened with the page unlocked.
   */
  @Override
  public Step<Long> writepage(Inode inode, Page page, WritebackControl wbc) {
    return Step.function(
        "ext4_writepage",
        () ->
            diorama.kernel.fs.Buffer.dirtyBuffers(inode, page)
                .then(buffers -> needsBlocks(inode, page, buffers))
                .then(
                    needs ->
                        needs
                            ? allocateAndWrite(inode, page, wbc)
                            : fs.buffer().blockWriteFullPage(inode, page, getBlock, wbc)));
  }

  private static Step<Boolean> needsBlocks(Inode inode, Page page, List<BufferHead> buffers) {
    boolean[] needs = {false};
    return InodeActor.iSizeRead(inode)
        .then(
            size ->
                Step.forEach(
                    buffers,
                    bh ->
                        AddressSpaceActor.bufferFlags(bh)
                            .map(
                                flags -> {
                                  long start =
                                      (page.index() << Page.SHIFT) + (long) bh.number() * bh.size();
                                  needs[0] |= flags.dirty() && !flags.mapped() && start < size;
                                  return Done.DONE;
                                })))
        .map(d -> needs[0]);
  }

  private Step<Long> allocateAndWrite(Inode inode, Page page, WritebackControl wbc) {
    return Step.current(
        context ->
            cannotStart(context)
                ? AddressSpaceActor.setPageDirty(page)
                    .then(() -> AddressSpaceActor.unlockPage(page))
                    .map(d -> 0L)
                : AddressSpaceActor.unlockPage(page)
                    .then(() -> fs.sb().journalStart(writepageTransBlocks()))
                    .then(
                        handle ->
                            handle.isErr()
                                ? AddressSpaceActor.setPageDirty(page).map(d -> handle.ptrErr())
                                : relock(handle, inode, page, wbc)));
  }

  /** Commit cannot wait for itself, nor who has a handle open for another one. */
  private boolean cannotStart(Context context) {
    return currentHandleOf(context) != null || fs.jbd().jbd2().isCommitter(context);
  }

  private Step<Long> relock(Handle handle, Inode inode, Page page, WritebackControl wbc) {
    return AddressSpaceActor.lockPage(page)
        .then(
            inCache ->
                inCache
                    ? fs.buffer().blockWriteFullPage(inode, page, getBlock, wbc)
                    : AddressSpaceActor.unlockPage(page).map(d -> 0L))
        .then(error -> stop(handle, error));
  }

  /** {@code ext4_ext_direct_IO}, inode.c (4.2), for a write. */
  @Override
  public Step<Long> directWrite(Kiocb iocb, List<IoVec> iov, long offset) {
    return Step.function(
        "ext4_direct_IO", () -> new Ext4DirectWrite(this, iocb, iov, offset).run());
  }

  /** {@code ext4_direct_IO} for a read. */
  @Override
  public Step<Long> directRead(Kiocb iocb, ReadBuffer buffer, long offset) {
    return Step.function(
        "ext4_direct_IO",
        () -> fs.directIo().read(iocb, iocb.kiFilp().inode(), buffer, offset, getBlock));
  }

  /** Whether data reach the disk before the transaction that leads to them. */
  boolean isOrdered() {
    return fs.options().dataMode() == DataMode.ORDERED;
  }
}
