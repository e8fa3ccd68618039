package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.Inode;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Step;

/** {@code ext3_writeback_aops}: data=writeback. The journal never sees a data buffer. */
final class Ext3Writeback extends Ext3 {
  Ext3Writeback(
      Shared fs, ActorRef<BlockAllocator.Command> allocator, ActorRef<Ext3InodeInfo.Command> info) {
    super(fs, allocator, info);
  }

  /** {@code ext3_writeback_commit_write}, inode.c:1306 (2.6.20). */
  @Override
  public Step<Long> commitWrite(Inode inode, Page page, int from, int to) {
    return Step.function(
        "ext3_writeback_commit_write",
        () ->
            currentHandle()
                .then(
                    handle ->
                        raiseDisksize(inode, page, to)
                            .then(
                                () ->
                                    fs.buffer()
                                        .genericCommitWrite(
                                            inode, page, from, to, fs.writeback()::markInodeDirty))
                            .then(error -> stop(handle, error))));
  }

  /** {@code ext3_writeback_writepage}, inode.c:1550 (2.6.20). */
  @Override
  public Step<Long> writepage(Inode inode, Page page, WritebackControl wbc) {
    return Step.function(
        "ext3_writeback_writepage",
        () ->
            inHandleOfItsOwn(
                page, handle -> fs.buffer().blockWriteFullPage(inode, page, getBlock, wbc)));
  }
}
