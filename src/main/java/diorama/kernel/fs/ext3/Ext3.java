package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AddressSpaceOperations;
import diorama.kernel.fs.BlockdevDirectIo;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.File;
import diorama.kernel.fs.FileOperations;
import diorama.kernel.fs.FsWriteback;
import diorama.kernel.fs.GenericFile;
import diorama.kernel.fs.GetBlock;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.Mpage;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.SuperOperations;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * {@code fs/ext3/inode.c} and {@code fs/ext3/file.c} for one file: what its three data modes share.
 */
abstract sealed class Ext3 implements AddressSpaceOperations, FileOperations, SuperOperations
    permits Ext3Ordered, Ext3Writeback, Ext3Journalled {
  /** What all files of a mounted file system use. */
  record Shared(
      KernelProfile profile,
      Ext3Options options,
      Ext3Super sb,
      Jbd jbd,
      Buffer buffer,
      Mpage mpage,
      Ext3Metadata metadata,
      BlockdevDirectIo directIo,
      GenericFile genericFile,
      FsWriteback writeback) {}

  final Shared fs;
  final ActorRef<Ext3InodeInfo.Command> info;
  final GetBlock getBlock;

  Ext3(
      Shared fs, ActorRef<BlockAllocator.Command> allocator, ActorRef<Ext3InodeInfo.Command> info) {
    this.fs = fs;
    this.info = info;
    this.getBlock = new Ext3GetBlock(fs.sb(), fs.jbd(), fs.metadata(), allocator, info);
  }

  // ---- helpers ----

  /** {@code ext3_writepage_trans_blocks}, inode.c:3071 (2.6.20): credits for one page. */
  int writepageTransBlocks() {
    int blocksPerPage = Page.SIZE / fs.options().blockSize();
    int indirects = 12 % blocksPerPage != 0 ? 5 : 3;
    int factor = fs.options().dataMode() == DataMode.JOURNAL ? 3 : 2;
    return factor * (blocksPerPage + indirects) + 2;
  }

  /** {@code ext3_journal_current_handle} where there must be one. */
  static Step<Handle> currentHandle() {
    return Step.current(c -> Step.done(Objects.requireNonNull(Jbd.currentHandle(c))));
  }

  /**
   * {@code walk_page_buffers}, inode.c (2.6.20): runs the function on the buffers that the bytes
   * from..to touch. Returns 0 or the first error.
   */
  static Step<Long> walkPageBuffers(
      List<BufferHead> buffers, int from, int to, Function<BufferHead, Step<Long>> fn) {
    return Step.function(
        "walk_page_buffers",
        () -> {
          Iterator<BufferHead> rest = buffers.iterator();
          long[] error = {0};
          return Step.loop(() -> walkNext(rest, from, to, fn, error))
              .then(() -> Step.done(error[0]));
        });
  }

  private static Step<Boolean> walkNext(
      Iterator<BufferHead> rest,
      int from,
      int to,
      Function<BufferHead, Step<Long>> fn,
      long[] error) {
    if (error[0] != 0 || !rest.hasNext()) {
      return Step.done(false);
    }
    BufferHead bh = rest.next();
    int start = bh.number() * bh.size();
    if (start + bh.size() <= from || start >= to) {
      return Step.done(true);
    }
    return fn.apply(bh)
        .map(
            result -> {
              error[0] = result;
              return true;
            });
  }

  /** Stops the handle; its error counts if there was none before. */
  Step<Long> stop(Handle handle, long error) {
    return fs.jbd().journalStop(handle).map(stopped -> error != 0 ? error : stopped);
  }

  /** {@code redirty_page_for_writepage} and unlock: writepage gives up for now. */
  static Step<Long> redirtyAndUnlock(Page page, long error) {
    return AddressSpaceActor.setPageDirty(page)
        .then(() -> AddressSpaceActor.unlockPage(page))
        .map(d -> error);
  }

  /**
   * The frame of the three writepages: no write if this context already has a handle open, because
   * it may be that of another update; else the body within a handle.
   */
  Step<Long> inHandleOfItsOwn(Page page, Function<Handle, Step<Long>> body) {
    return Step.current(
        context ->
            Jbd.currentHandle(context) != null
                ? redirtyAndUnlock(page, 0)
                : fs.sb()
                    .journalStart(writepageTransBlocks())
                    .then(
                        handle ->
                            handle.isErr()
                                ? redirtyAndUnlock(page, handle.ptrErr())
                                : body.apply(handle).then(result -> stop(handle, result))));
  }

  // ---- address_space_operations ----

  /** {@code ext3_readpage}, inode.c (2.6.20). */
  @Override
  public Step<Long> readpage(Inode inode, Page page) {
    return Step.function("ext3_readpage", () -> fs.mpage().mpageReadpage(inode, page, getBlock));
  }

  /** {@code ext3_readpages}, inode.c (2.6.20). */
  @Override
  public Step<Long> readpages(Inode inode, List<Page> pages) {
    return Step.function("ext3_readpages", () -> fs.mpage().mpageReadpages(inode, pages, getBlock));
  }

  /**
   * {@code ext3_prepare_write}, inode.c:1213 (2.6.20): opens the handle that commit_write stops, so
   * that allocation and data are in one transaction. After an error the handle is stopped here.
   */
  @Override
  public Step<Long> prepareWrite(Inode inode, Page page, int from, int to) {
    return Step.function(
        "ext3_prepare_write",
        () ->
            fs.sb()
                .journalStart(writepageTransBlocks())
                .then(
                    handle ->
                        handle.isErr()
                            ? Step.done(handle.ptrErr())
                            : fs.buffer()
                                .blockPrepareWrite(inode, page, from, to, getBlock)
                                .then(
                                    error -> error != 0 ? Step.done(error) : access(page, from, to))
                                .then(error -> error != 0 ? stop(handle, error) : Step.done(0L))));
  }

  /** data=journal asks for write access to the data buffers. */
  Step<Long> access(Page page, int from, int to) {
    return Step.done(0L);
  }

  /** {@code ext3_releasepage}, inode.c:1667 (2.6.20). */
  @Override
  public Step<Long> releasepage(Inode inode, Page page, Gfp gfp) {
    return Step.function(
        "ext3_releasepage",
        () ->
            AddressSpaceActor.pageBuffers(page)
                .then(
                    buffers ->
                        buffers.isEmpty()
                            ? Step.done(0L)
                            : fs.jbd().buffers().journalTryToFreeBuffers(page, gfp)));
  }

  @Override
  public boolean hasDirectIo() {
    return true;
  }

  /**
   * {@code ext3_direct_IO}, inode.c:1684 (2.6.20), for a write: within a handle. A write that
   * extends the file puts the inode on the orphan list first, and moves i_size when it is done.
   */
  @Override
  public Step<Long> directWrite(Kiocb iocb, List<IoVec> iov, long offset) {
    Inode inode = iocb.kiFilp().inode();
    return Step.function(
        "ext3_direct_IO", () -> new Ext3DirectWrite(this, iocb, inode, iov, offset).run());
  }

  /** {@code ext3_direct_IO}, inode.c:1684 (2.6.20), for a read: without a handle. */
  @Override
  public Step<Long> directRead(Kiocb iocb, ReadBuffer buffer, long offset) {
    return Step.function(
        "ext3_direct_IO",
        () -> fs.directIo().read(iocb, iocb.kiFilp().inode(), buffer, offset, getBlock));
  }

  /** {@code i_disksize} follows the end of what was written. */
  Step<Done> raiseDisksize(Inode inode, Page page, int to) {
    long end = (page.index() << Page.SHIFT) + to;
    return InodeActor.iDisksizeRead(inode)
        .then(size -> Step.when(end > size, () -> InodeActor.iDisksizeWrite(inode, end)));
  }

  // ---- super_operations ----

  @Override
  public Step<Done> dirtyInode(Inode inode) {
    return fs.metadata().dirtyInode(inode);
  }

  /**
   * {@code ext3_write_inode}, inode.c:2815 (2.6.20): the inode is in the journal already, so that
   * writing it is committing that. It is an error to have a handle open here.
   */
  @Override
  public Step<Long> writeInode(Inode inode, boolean wait) {
    return Step.function(
        "ext3_write_inode",
        () ->
            Step.current(
                context -> {
                  if (Jbd.currentHandle(context) != null) {
                    return Step.done(-(long) Errno.EIO);
                  }
                  return wait ? fs.sb().forceCommit() : Step.done(0L);
                }));
  }

  // ---- file_operations ----

  /**
   * {@code ext3_file_write}, file.c:70 (2.6.20): with O_SYNC and data=journal the commit is what
   * makes the data durable.
   */
  @Override
  public Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
    boolean commits = iocb.kiFilp().sync() && fs.options().dataMode() == DataMode.JOURNAL;
    return Step.function(
        "ext3_file_write",
        () ->
            fs.genericFile()
                .aioWrite(iocb, iov, pos)
                .then(
                    written ->
                        written > 0 && commits
                            ? fs.sb().forceCommit().map(error -> error != 0 ? error : written)
                            : Step.done(written)));
  }

  @Override
  public Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
    return fs.genericFile().aioRead(iocb, buffer, pos);
  }

  /**
   * {@code ext3_sync_file}, fsync.c:43 (2.6.20): commits if the inode has changed. The caller
   * writes the data. Returns 0 or a negative errno.
   */
  @Override
  public Step<Long> fsync(File file, boolean datasync) {
    return Step.function(
        "ext3_sync_file",
        () ->
            fs.options().dataMode() == DataMode.JOURNAL
                ? fs.sb().forceCommit()
                : InodeActor.isDirty(file.inode())
                    .then(dirty -> dirty ? fs.writeback().syncInode(file.inode()) : Step.done(0L)));
  }

  @Override
  public abstract Step<Long> writepage(Inode inode, Page page, WritebackControl wbc);

  @Override
  public abstract Step<Long> commitWrite(Inode inode, Page page, int from, int to);
}
