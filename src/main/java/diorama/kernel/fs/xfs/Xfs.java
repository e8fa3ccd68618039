package diorama.kernel.fs.xfs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AddressSpaceOperations;
import diorama.kernel.fs.BlockLayer;
import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.File;
import diorama.kernel.fs.FileOperations;
import diorama.kernel.fs.GenericFile;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.Mpage;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.Sync;
import diorama.kernel.fs.iomap.IomapDioRw;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferFlags;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WriteBeginEnd;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * {@code fs/xfs/xfs_file.c} and {@code fs/xfs/xfs_aops.c} (4.13) for one file.
 *
 * <p>Readers of every kind hold the IOLOCK shared, buffered writers alone. The IOLOCK is i_rwsem.
 */
final class Xfs implements AddressSpaceOperations, FileOperations {
  /** What all files of a mounted file system use. */
  record Shared(
      KernelProfile profile,
      ActorRef<XfsBmap.Command> bmap,
      Buffer buffer,
      Mpage mpage,
      IomapDioRw iomap,
      GenericFile genericFile,
      Sync sync,
      BlockLayer block) {}

  final Shared fs;

  Xfs(Shared fs) {
    this.fs = fs;
  }

  // ---- blocks ----

  /** {@code xfs_get_blocks}: a reader finds a hole where an extent is unwritten. */
  private Step<BlockMapping> getBlocks(Inode inode, long block, int maxBlocks, boolean create) {
    return Step.function(
        "xfs_get_blocks",
        () ->
            create
                ? XfsBmap.allocate(fs.bmap(), inode.ino(), block, maxBlocks).map(Xfs::asNew)
                : XfsBmap.read(fs.bmap(), inode.ino(), block, maxBlocks)
                    .map(
                        found ->
                            found.mapping().unwritten() ? BlockMapping.HOLE : found.mapping()));
  }

  /** A block that holds nothing yet is zeroed like a new one, not read. */
  private static BlockMapping asNew(BlockMapping found) {
    boolean isNew = found.isNew() || found.unwritten();
    return new BlockMapping(found.block(), found.blocks(), isNew, found.error());
  }

  // ---- address_space_operations ----

  /** {@code xfs_vm_readpage}. */
  @Override
  public Step<Long> readpage(Inode inode, Page page) {
    return Step.function(
        "xfs_vm_readpage", () -> fs.mpage().mpageReadpage(inode, page, this::getBlocks));
  }

  /** {@code xfs_vm_readpages}. */
  @Override
  public Step<Long> readpages(Inode inode, List<Page> pages) {
    return Step.function(
        "xfs_vm_readpages", () -> fs.mpage().mpageReadpages(inode, pages, this::getBlocks));
  }

  @Override
  public boolean hasWriteBegin() {
    return true;
  }

  /** {@code iomap_write_begin}. */
  @Override
  public Step<Begun> writeBegin(Inode inode, long pos, int len) {
    int from = (int) (pos & (Page.SIZE - 1));
    return Step.function(
        "iomap_write_begin",
        () ->
            WriteBeginEnd.grabCachePageWriteBegin(inode, pos >> Page.SHIFT)
                .then(
                    page ->
                        fs.buffer()
                            .blockWriteBegin(inode, page, from, from + len, this::getBlocks)
                            .then(
                                error ->
                                    Step.when(error != 0, () -> AddressSpaceActor.unlockPage(page))
                                        .map(d -> new Begun(error != 0 ? null : page, error)))));
  }

  /**
   * {@code iomap_write_end}, which is generic_write_end: blocks behind the end of the file that
   * were not written stay, unwritten, as preallocated ones do.
   */
  @Override
  public Step<Long> writeEnd(Inode inode, long pos, int len, int copied, Page page) {
    int from = (int) (pos & (Page.SIZE - 1));
    return Step.function(
        "generic_write_end",
        () ->
            fs.buffer()
                .blockWriteEnd(page, from, len, copied)
                .alsoDo(counts -> InodeActor.iSizeExtend(inode, counts > 0 ? pos + counts : 0))
                .alsoDo(() -> AddressSpaceActor.unlockPage(page))
                .map(Integer::longValue));
  }

  /** {@code xfs_vm_writepage}: the blocks of what is dirty become written ones. */
  @Override
  public Step<Long> writepage(Inode inode, Page page, WritebackControl wbc) {
    return Step.function(
        "xfs_vm_writepage",
        () ->
            Buffer.dirtyBuffers(inode, page)
                .then(
                    buffers ->
                        InodeActor.iSizeRead(inode)
                            .then(
                                size ->
                                    Step.forEach(
                                        buffers, bh -> allocateIfDirty(inode, page, bh, size))))
                .then(
                    () -> fs.buffer().blockWriteFullPage(inode, page, this::getWrittenBlock, wbc)));
  }

  private Step<Done> allocateIfDirty(Inode inode, Page page, BufferHead bh, long size) {
    long start = (page.index() << Page.SHIFT) + (long) bh.number() * bh.size();
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags ->
                Step.when(
                    isWritten(flags, start, size),
                    () -> XfsBmap.convert(fs.bmap(), inode.ino(), start >> inode.blkbits(), 1)));
  }

  private static boolean isWritten(BufferFlags flags, long start, long size) {
    return flags.dirty() && flags.mapped() && start < size;
  }

  private Step<BlockMapping> getWrittenBlock(
      Inode inode, long block, int maxBlocks, boolean create) {
    return XfsBmap.allocateWritten(fs.bmap(), inode.ino(), block);
  }

  /** {@code xfs_vm_releasepage}. */
  @Override
  public Step<Long> releasepage(Inode inode, Page page, Gfp gfp) {
    return Step.function(
        "xfs_vm_releasepage",
        () -> AddressSpaceActor.tryToFreeBuffers(page).map(freed -> freed ? 1L : 0L));
  }

  /** {@code noop_direct_IO}: that there is one lets a file be opened with O_DIRECT. */
  @Override
  public Step<Long> directWrite(Kiocb iocb, List<IoVec> iov, long offset) {
    return Step.done(-(long) Errno.EINVAL);
  }

  @Override
  public Step<Long> directRead(Kiocb iocb, ReadBuffer buffer, long offset) {
    return Step.done(-(long) Errno.EINVAL);
  }

  @Override
  public boolean hasDirectIo() {
    return true;
  }

  // ---- file_operations ----

  /** {@code xfs_file_read_iter}. */
  @Override
  public Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
    Inode inode = iocb.kiFilp().inode();
    XfsDirect direct = new XfsDirect(this);
    return Step.function(
        "xfs_file_read_iter",
        () ->
            InodeActor.lockShared(inode)
                .then(
                    () ->
                        iocb.kiFilp().direct()
                            ? direct.read(iocb, buffer, pos)
                            : fs.genericFile().aioRead(iocb, buffer, pos))
                .alsoDo(() -> InodeActor.unlockShared(inode)));
  }

  /**
   * {@code xfs_file_write_iter}: -ENOTBLK of a direct write, from 5.9 on, is a buffered one, which
   * nobody writes to the disk then.
   */
  @Override
  public Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
    return Step.function(
        "xfs_file_write_iter",
        () ->
            (iocb.kiFilp().direct()
                    ? new XfsDirect(this).write(iocb, iov, pos)
                    : Step.done(-(long) Errno.ENOTBLK))
                .then(ret -> ret == -Errno.ENOTBLK ? bufferedWrite(iocb, iov, pos) : Step.done(ret))
                .then(
                    ret ->
                        ret > 0 ? fs.sync().genericWriteSync(iocb.kiFilp(), ret) : Step.done(ret)));
  }

  /** {@code xfs_file_buffered_aio_write}. */
  private Step<Long> bufferedWrite(Kiocb iocb, List<IoVec> iov, long pos) {
    Inode inode = iocb.kiFilp().inode();
    return Step.function(
        "xfs_file_buffered_aio_write",
        () ->
            InodeActor.lockExclusive(inode)
                .then(() -> fs.genericFile().performWrite(iocb.kiFilp(), iov, pos))
                .alsoDo(() -> InodeActor.unlockExclusive(inode)));
  }

  /**
   * {@code xfs_file_fsync}: the caller has written the pages. In place of forcing the log, which
   * flushes as well, the write cache is flushed.
   */
  @Override
  public Step<Long> fsync(File file, boolean datasync) {
    return Step.function("xfs_file_fsync", () -> fs.block().issueFlush().map(d -> 0L));
  }
}
