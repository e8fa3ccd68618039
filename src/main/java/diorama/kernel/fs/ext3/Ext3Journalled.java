package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * {@code ext3_journalled_aops}: data=journal. Data goes through the log like metadata, and there is
 * no {@code ->direct_IO}. Left out: {@code ext3_journalled_set_page_dirty}, and with it mmap.
 */
final class Ext3Journalled extends Ext3 {
  Ext3Journalled(
      Shared fs, ActorRef<BlockAllocator.Command> allocator, ActorRef<Ext3InodeInfo.Command> info) {
    super(fs, allocator, info);
  }

  @Override
  public boolean hasDirectIo() {
    return false;
  }

  @Override
  public boolean hasMmap() {
    return false;
  }

  @Override
  Step<Long> access(Page page, int from, int to) {
    return AddressSpaceActor.pageBuffers(page)
        .then(
            buffers ->
                currentHandle()
                    .then(
                        handle ->
                            walkPageBuffers(
                                buffers,
                                from,
                                to,
                                bh -> fs.jbd().buffers().journalGetWriteAccess(handle, bh))));
  }

  /** {@code ext3_journalled_commit_write}, inode.c:1327 (2.6.20). */
  @Override
  public Step<Long> commitWrite(Inode inode, Page page, int from, int to) {
    return Step.function(
        "ext3_journalled_commit_write",
        () ->
            currentHandle()
                .then(
                    handle ->
                        AddressSpaceActor.pageBuffers(page)
                            .then(buffers -> dirtyBuffers(handle, page, buffers, from, to))
                            .then(
                                error ->
                                    moveSize(handle, inode, page, to)
                                        .map(sized -> error != 0 ? error : sized))
                            .then(error -> stop(handle, error))));
  }

  private Step<Long> dirtyBuffers(
      Handle handle, Page page, List<BufferHead> buffers, int from, int to) {
    return walkPageBuffers(
            buffers,
            from,
            to,
            bh ->
                AddressSpaceActor.setBufferUptodate(bh, true)
                    .then(() -> fs.jbd().buffers().journalDirtyMetadata(handle, bh)))
        .then(error -> uptodateIfWhole(page, buffers).map(d -> error));
  }

  private static Step<Done> uptodateIfWhole(Page page, List<BufferHead> buffers) {
    boolean[] partial = {false};
    return Step.forEach(
            buffers,
            bh ->
                AddressSpaceActor.bufferFlags(bh)
                    .map(
                        flags -> {
                          partial[0] |= !flags.uptodate();
                          return Done.DONE;
                        }))
        .then(() -> Step.when(!partial[0], () -> AddressSpaceActor.setPageUptodate(page)));
  }

  private Step<Long> moveSize(Handle handle, Inode inode, Page page, int to) {
    long pos = (page.index() << Page.SHIFT) + to;
    return InodeActor.iSizeRead(inode)
        .then(iSize -> Step.when(pos > iSize, () -> InodeActor.iSizeWrite(inode, pos)))
        .then(() -> InodeActor.iDisksizeRead(inode))
        .then(
            disksize ->
                pos <= disksize
                    ? Step.done(0L)
                    : InodeActor.iDisksizeWrite(inode, pos)
                        .then(() -> fs.metadata().markInodeDirty(handle, inode)));
  }

  /**
   * {@code ext3_journalled_writepage}, inode.c:1582 (2.6.20): a page that was dirtied through a
   * mapping joins the journal, one whose buffers have been committed is written home.
   */
  @Override
  public Step<Long> writepage(Inode inode, Page page, WritebackControl wbc) {
    return Step.function(
        "ext3_journalled_writepage",
        () ->
            inHandleOfItsOwn(
                page,
                handle ->
                    AddressSpaceActor.pageBuffers(page)
                        .then(
                            buffers ->
                                buffers.isEmpty()
                                    ? journalPage(handle, inode, page)
                                    : fs.buffer().blockWriteFullPage(inode, page, getBlock, wbc))));
  }

  private Step<Long> journalPage(Handle handle, Inode inode, Page page) {
    return fs.buffer()
        .blockPrepareWrite(inode, page, 0, Page.SIZE, getBlock)
        .then(error -> error != 0 ? Step.done(error) : access(page, 0, Page.SIZE))
        .then(
            error ->
                error != 0
                    ? Step.done(error)
                    : AddressSpaceActor.pageBuffers(page)
                        .then(buffers -> dirtyBuffers(handle, page, buffers, 0, Page.SIZE)))
        .alsoDo(() -> AddressSpaceActor.unlockPage(page));
  }
}
