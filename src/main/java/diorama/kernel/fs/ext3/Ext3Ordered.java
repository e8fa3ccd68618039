package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Step;
import java.util.List;

/** {@code ext3_ordered_aops}: data=ordered. */
final class Ext3Ordered extends Ext3 {
  Ext3Ordered(
      Shared fs, ActorRef<BlockAllocator.Command> allocator, ActorRef<Ext3InodeInfo.Command> info) {
    super(fs, allocator, info);
  }

  /**
   * {@code ext3_ordered_commit_write}, inode.c:1275 (2.6.20): the buffers join the running
   * transaction before they become dirty.
   */
  @Override
  public Step<Long> commitWrite(Inode inode, Page page, int from, int to) {
    return Step.function(
        "ext3_ordered_commit_write",
        () ->
            currentHandle()
                .then(
                    handle ->
                        AddressSpaceActor.pageBuffers(page)
                            .then(
                                buffers ->
                                    walkPageBuffers(
                                        buffers, from, to, bh -> journalDirtyData(handle, bh)))
                            .then(
                                error ->
                                    error != 0
                                        ? Step.done(error)
                                        : genericCommit(inode, page, from, to))
                            .then(error -> stop(handle, error))));
  }

  private Step<Long> genericCommit(Inode inode, Page page, int from, int to) {
    return raiseDisksize(inode, page, to)
        .then(
            () ->
                fs.buffer()
                    .genericCommitWrite(inode, page, from, to, fs.writeback()::markInodeDirty));
  }

  private Step<Long> journalDirtyData(Handle handle, BufferHead bh) {
    return fs.jbd().buffers().journalDirtyData(handle, bh);
  }

  /**
   * {@code ext3_ordered_writepage}, inode.c:1483 (2.6.20). block_write_full_page unlocks the page;
   * the buffers stay referenced until they have joined the transaction, so that for this long
   * nobody can free them, and nobody who holds the page lock either.
   */
  @Override
  public Step<Long> writepage(Inode inode, Page page, WritebackControl wbc) {
    return Step.function(
        "ext3_ordered_writepage",
        () ->
            inHandleOfItsOwn(
                page,
                handle ->
                    Buffer.dirtyBuffers(inode, page)
                        .then(buffers -> writeBuffers(handle, inode, page, wbc, buffers))));
  }

  private Step<Long> writeBuffers(
      Handle handle, Inode inode, Page page, WritebackControl wbc, List<BufferHead> buffers) {
    return walkPageBuffers(
            buffers, 0, Page.SIZE, bh -> AddressSpaceActor.getBh(bh).map(count -> 0L))
        .then(() -> fs.buffer().blockWriteFullPage(inode, page, getBlock, wbc))
        .then(error -> error != 0 ? Step.done(error) : dirtyAllData(handle, buffers))
        .alsoDo(
            () ->
                walkPageBuffers(
                    buffers, 0, Page.SIZE, bh -> AddressSpaceActor.putBh(bh).map(count -> 0L)));
  }

  private Step<Long> dirtyAllData(Handle handle, List<BufferHead> buffers) {
    return walkPageBuffers(buffers, 0, Page.SIZE, bh -> journalDirtyDataFn(handle, bh));
  }

  /** {@code journal_dirty_data_fn}, inode.c (2.6.20). */
  private Step<Long> journalDirtyDataFn(Handle handle, BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(flags -> flags.mapped() ? journalDirtyData(handle, bh) : Step.done(0L));
  }
}
