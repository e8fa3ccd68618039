package diorama.kernel.fs;

import diorama.kernel.Errno;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * {@code def_blk_aops} of {@code fs/block_dev.c} as far as a mounted file system needs it: its
 * metadata lives in the device's page cache and is written home from there.
 */
public final class BlkdevOperations implements AddressSpaceOperations {
  private final Buffer buffer;

  /** The page cache of this device. */
  public BlkdevOperations(Buffer buffer) {
    this.buffer = buffer;
  }

  private static Step<BlockMapping> blkdevGetBlock(
      Inode inode, long block, int maxBlocks, boolean create) {
    return Step.done(new BlockMapping(block, maxBlocks, false, 0));
  }

  /** {@code blkdev_writepage}, block_dev.c (2.6.20). */
  @Override
  public Step<Long> writepage(Inode inode, Page page, WritebackControl wbc) {
    return Step.function(
        "blkdev_writepage",
        () ->
            buffer.doBlockWriteFullPage(
                inode, page, BlkdevOperations::blkdevGetBlock, wbc, Long.MAX_VALUE));
  }

  /** {@code blkdev_readpage}, block_dev.c (2.6.20). */
  @Override
  public Step<Long> readpage(Inode inode, Page page) {
    return Step.function(
        "blkdev_readpage",
        () -> buffer.blockReadFullPage(inode, page, BlkdevOperations::blkdevGetBlock));
  }

  /** {@code blkdev_prepare_write}, block_dev.c (2.6.20). */
  @Override
  public Step<Long> prepareWrite(Inode inode, Page page, int from, int to) {
    return buffer.blockPrepareWrite(inode, page, from, to, BlkdevOperations::blkdevGetBlock);
  }

  /** {@code blkdev_commit_write}, block_dev.c (2.6.20). */
  @Override
  public Step<Long> commitWrite(Inode inode, Page page, int from, int to) {
    return buffer.genericCommitWrite(inode, page, from, to, i -> Step.done());
  }

  /** {@code try_to_free_buffers}: there is no {@code ->releasepage}. */
  @Override
  public Step<Long> releasepage(Inode inode, Page page, Gfp gfp) {
    return AddressSpaceActor.tryToFreeBuffers(page).map(freed -> freed ? 1L : 0L);
  }

  /** Nobody opens the device itself here. */
  @Override
  public Step<Long> directWrite(Kiocb iocb, List<IoVec> iov, long offset) {
    return Step.done(-(long) Errno.EINVAL);
  }

  @Override
  public Step<Long> directRead(Kiocb iocb, ReadBuffer readBuffer, long offset) {
    return Step.done(-(long) Errno.EINVAL);
  }

  @Override
  public boolean hasDirectIo() {
    return false;
  }
}
