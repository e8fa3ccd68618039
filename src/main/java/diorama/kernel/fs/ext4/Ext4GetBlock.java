package diorama.kernel.fs.ext4;

import diorama.kernel.Errno;
import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.GetBlock;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.ext3.BlockAllocator.Run;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.fs.ext3.Ext3Layout;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.sched.Step;

/**
 * {@code ext4_get_block}, fs/ext4/inode.c (4.2), for the blocks of one file: {@code
 * ext4_map_blocks} with the caller's handle, and with one of its own where a direct write asks.
 */
final class Ext4GetBlock implements GetBlock {
  /** {@code DIO_MAX_BLOCKS}: how many blocks one handle of a direct write maps. */
  private static final int DIO_MAX_BLOCKS = 4096;

  private final Ext4 ext4;
  private final boolean unwritten;

  /**
   * Maps blocks.
   *
   * @param unwritten whether new blocks are unwritten until end_io: {@code ext4_get_block_write}
   */
  Ext4GetBlock(Ext4 ext4, boolean unwritten) {
    this.ext4 = ext4;
    this.unwritten = unwritten;
  }

  @Override
  public boolean fillsHoles() {
    return unwritten;
  }

  @Override
  public Step<BlockMapping> map(Inode inode, long block, int maxBlocks, boolean create) {
    return Step.function(
        "_ext4_get_block",
        () ->
            Step.current(
                context ->
                    create && Ext4.currentHandleOf(context) == null
                        ? inHandleOfItsOwn(inode, block, maxBlocks)
                        : ext4MapBlocks(inode, block, maxBlocks, create)));
  }

  private Step<BlockMapping> inHandleOfItsOwn(Inode inode, long block, int maxBlocks) {
    return ext4.fs
        .sb()
        .journalStart(ext4.chunkTransBlocks())
        .then(
            handle ->
                handle.isErr()
                    ? Step.done(new BlockMapping(-1, 0, false, handle.ptrErr()))
                    : ext4MapBlocks(inode, block, Math.min(maxBlocks, DIO_MAX_BLOCKS), true)
                        .alsoDo(() -> ext4.fs.jbd().journalStop(handle)));
  }

  /** {@code ext4_map_blocks}: looks with i_data_sem for reading, and again for writing. */
  private Step<BlockMapping> ext4MapBlocks(Inode inode, long block, int maxBlocks, boolean create) {
    return Step.function(
        "ext4_map_blocks",
        () ->
            Ext4InodeInfo.downRead(ext4.info)
                .then(() -> Ext4InodeInfo.find(ext4.info, block, maxBlocks))
                .alsoDo(() -> Ext4InodeInfo.upRead(ext4.info))
                .then(
                    found -> {
                      if (found.mapping().mapped() && !found.unwritten()) {
                        return Step.done(found.mapping());
                      }
                      return create
                          ? allocateUnlessDone(inode, block, maxBlocks)
                          : Step.done(BlockMapping.HOLE);
                    }));
  }

  private Step<BlockMapping> allocateUnlessDone(Inode inode, long block, int maxBlocks) {
    return Ext4InodeInfo.downWrite(ext4.info)
        .then(() -> Ext4InodeInfo.find(ext4.info, block, maxBlocks))
        .then(
            found -> {
              if (!found.mapping().mapped()) {
                return allocate(inode, block, maxBlocks);
              }
              return found.unwritten()
                  ? writeUnwritten(block, found.mapping())
                  : Step.done(found.mapping());
            })
        .alsoDo(() -> Ext4InodeInfo.upWrite(ext4.info));
  }

  /** {@code ext4_ext_handle_unwritten_extents}: a buffered write converts, a direct one later. */
  private Step<BlockMapping> writeUnwritten(long block, BlockMapping there) {
    BlockMapping isNew = new BlockMapping(there.block(), there.blocks(), true, 0, unwritten);
    return unwritten
        ? Step.done(isNew)
        : Ext4InodeInfo.convert(ext4.info, block, there.blocks()).map(d -> isNew);
  }

  private Step<BlockMapping> allocate(Inode inode, long block, int maxBlocks) {
    return Ext4.currentHandle()
        .then(
            handle ->
                Ext4InodeInfo.plan(ext4.info, block, maxBlocks)
                    .then(
                        plan -> Ext4Allocator.newBlocks(ext4.allocator, plan.goal(), plan.count()))
                    .then(run -> insert(handle, inode, block, run)));
  }

  private Step<BlockMapping> insert(Handle handle, Inode inode, long block, Run run) {
    if (run.count() == 0) {
      return Step.done(new BlockMapping(-1, 0, false, -Errno.ENOSPC));
    }
    return ext4.changeBitmap(handle)
        .then(error -> error != 0 ? Step.done(error) : insertExtent(handle, inode, block, run))
        .then(error -> error != 0 ? Step.done(error) : ordered(handle, inode))
        .map(
            error ->
                error != 0
                    ? new BlockMapping(-1, 0, false, error)
                    : new BlockMapping(run.first(), run.count(), true, 0, unwritten));
  }

  private Step<Long> insertExtent(Handle handle, Inode inode, long block, Run run) {
    return Ext4InodeInfo.insert(ext4.info, block, run.first(), run.count(), unwritten)
        .then(() -> ext4.markInodeDirty(handle, inode));
  }

  /** Blocks that are written in place have to be on disk before the extent that leads to them. */
  private Step<Long> ordered(Handle handle, Inode inode) {
    boolean joins = ext4.fs.options().dataMode() == DataMode.ORDERED && !unwritten;
    return Step.when(joins, () -> ext4.fs.jbd().jbd2().journalFileInode(handle, inode))
        .map(d -> 0L);
  }

  /** The blocks that an allocation or a truncation changes beside the inode. */
  static final long[] GROUP = {Ext3Layout.BLOCK_BITMAP, Ext3Layout.GROUP_DESCRIPTOR};
}
