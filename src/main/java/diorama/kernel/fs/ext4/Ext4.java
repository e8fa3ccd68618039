package diorama.kernel.fs.ext4;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.fs.AddressSpaceOperations;
import diorama.kernel.fs.BlockdevDirectIo;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.File;
import diorama.kernel.fs.FileOperations;
import diorama.kernel.fs.FsWriteback;
import diorama.kernel.fs.GenericFile;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.Mpage;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.SuperOperations;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.fs.ext3.Ext3Metadata;
import diorama.kernel.fs.ext3.Ext3Super;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.CheckedPages;
import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WriteBeginEnd;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code fs/ext4/inode.c} and {@code fs/ext4/file.c} (4.2) for one file: what its three data modes
 * share.
 *
 * <p>A handle is opened before the page is locked, the other way round than in ext3.
 */
abstract sealed class Ext4 implements AddressSpaceOperations, FileOperations, SuperOperations
    permits Ext4Data, Ext4Journalled {
  /** What all files of a mounted file system use. */
  record Shared(
      Ext4Options options,
      Ext3Super sb,
      Jbd jbd,
      Buffer buffer,
      Mpage mpage,
      Ext3Metadata metadata,
      BlockdevDirectIo directIo,
      GenericFile genericFile,
      FsWriteback writeback) {}

  final Shared fs;
  final ActorRef<Ext4Allocator.Command> allocator;
  final ActorRef<Ext4InodeInfo.Command> info;
  final Ext4GetBlock getBlock = new Ext4GetBlock(this, false);
  final Ext4Truncate truncate = new Ext4Truncate(this);

  Ext4(Shared fs, ActorRef<Ext4Allocator.Command> allocator, ActorRef<Ext4InodeInfo.Command> info) {
    this.fs = fs;
    this.allocator = allocator;
    this.info = info;
  }

  // ---- helpers ----

  /** {@code ext4_writepage_trans_blocks}: credits for one page, its data included. */
  int writepageTransBlocks() {
    int blocksPerPage = Page.SIZE / fs.options().blockSize();
    return chunkTransBlocks()
        + (fs.options().dataMode() == DataMode.JOURNAL ? blocksPerPage : 0)
        + blocksPerPage;
  }

  /** {@code ext4_chunk_trans_blocks}: credits for one extent. */
  int chunkTransBlocks() {
    return 8;
  }

  /** {@code ext4_journal_current_handle}, or null. */
  static @Nullable Handle currentHandleOf(Context context) {
    return Jbd.currentHandle(context);
  }

  /** {@code ext4_journal_current_handle} where there must be one. */
  static Step<Handle> currentHandle() {
    return Step.current(c -> Step.done(Objects.requireNonNull(currentHandleOf(c))));
  }

  /** The bitmap and the group descriptor are in the handle. Returns 0 or a negative errno. */
  Step<Long> changeBitmap(Handle handle) {
    return fs.metadata()
        .change(handle, Ext4GetBlock.GROUP[0])
        .then(
            error ->
                error != 0
                    ? Step.done(error)
                    : fs.metadata().change(handle, Ext4GetBlock.GROUP[1]));
  }

  /** What {@code ext4_walk_page_buffers} found. */
  record Walked(long error, boolean partial) {}

  /**
   * {@code ext4_walk_page_buffers}, inode.c (4.2): runs the function on the buffers that the bytes
   * from..to touch. Whether a buffer outside of them is not up to date.
   */
  static Step<Walked> walkPageBuffers(
      List<BufferHead> buffers, int from, int to, Function<BufferHead, Step<Long>> fn) {
    long[] error = {0};
    boolean[] partial = {false};
    return Step.function(
        "ext4_walk_page_buffers",
        () ->
            Step.forEach(
                    buffers,
                    bh -> {
                      int start = bh.number() * bh.size();
                      if (start + bh.size() <= from || start >= to) {
                        return AddressSpaceActor.bufferFlags(bh)
                            .map(flags -> partial[0] |= !flags.uptodate());
                      }
                      return error[0] != 0
                          ? Step.done()
                          : fn.apply(bh)
                              .map(
                                  result -> {
                                    error[0] = result;
                                    return Done.DONE;
                                  });
                    })
                .then(() -> Step.done(new Walked(error[0], partial[0]))));
  }

  /** Stops the handle; its error counts if there was none before. */
  Step<Long> stop(Handle handle, long error) {
    return fs.jbd().journalStop(handle).map(stopped -> error != 0 ? error : stopped);
  }

  // ---- write_begin ----

  @Override
  public boolean hasWriteBegin() {
    return true;
  }

  /**
   * {@code ext4_write_begin}, inode.c (4.2): the page is grabbed and let go before the handle is
   * opened, because opening it can wait for a commit that waits for the page. What an error leaves
   * allocated behind the end of the file is truncated.
   */
  @Override
  public Step<Begun> writeBegin(Inode inode, long pos, int len) {
    int from = (int) (pos & (Page.SIZE - 1));
    Begun[] begun = new Begun[1];
    return Step.function(
        "ext4_write_begin",
        () ->
            Step.loop(
                    () ->
                        WriteBeginEnd.grabCachePageWriteBegin(inode, pos >> Page.SHIFT)
                            .alsoDo(page -> AddressSpaceActor.unlockPage(page))
                            .then(page -> startAndLock(inode, page, pos, from, len, begun)))
                .then(() -> Step.done(begun[0])));
  }

  /** Whether the page has left the cache and another one has to be found. */
  private Step<Boolean> startAndLock(
      Inode inode, Page page, long pos, int from, int len, Begun[] begun) {
    return fs.sb()
        .journalStart(writepageTransBlocks() + 1)
        .then(
            handle -> {
              if (handle.isErr()) {
                begun[0] = new Begun(null, handle.ptrErr());
                return Step.done(false);
              }
              return AddressSpaceActor.lockPage(page)
                  .then(
                      inCache ->
                          inCache
                              ? blockWriteBegin(inode, page, pos, from, len, handle, begun)
                              : AddressSpaceActor.unlockPage(page)
                                  .then(() -> fs.jbd().journalStop(handle))
                                  .map(e -> true));
            });
  }

  private Step<Boolean> blockWriteBegin(
      Inode inode, Page page, long pos, int from, int len, Handle handle, Begun[] begun) {
    return fs.buffer()
        .blockWriteBegin(inode, page, from, from + len, getBlock)
        .then(error -> error != 0 ? Step.done(error) : access(handle, page, from, from + len))
        .then(
            error -> {
              begun[0] = new Begun(error == 0 ? page : null, error);
              return Step.when(error != 0, () -> writeFailed(handle, inode, page, pos + len));
            })
        .map(d -> false);
  }

  private Step<Done> writeFailed(Handle handle, Inode inode, Page page, long end) {
    return AddressSpaceActor.unlockPage(page)
        .then(() -> InodeActor.iSizeRead(inode))
        .then(
            size ->
                Step.when(end > size, () -> orphanAdd(handle, inode))
                    .then(() -> fs.jbd().journalStop(handle))
                    .then(() -> Step.when(end > size, () -> truncate.failedWrite(inode))));
  }

  /** {@code ext4_mark_inode_dirty}: the inode is in the handle, and fsync will wait for it. */
  Step<Long> markInodeDirty(Handle handle, Inode inode) {
    return Ext4InodeInfo.noteTid(info, handle.transaction().tid())
        .then(() -> fs.metadata().markInodeDirty(handle, inode));
  }

  /** {@code ext4_orphan_add}: should the machine go down now, recovery truncates the file. */
  Step<Long> orphanAdd(Handle handle, Inode inode) {
    return fs.metadata().changeOrphanList(handle, inode, "_orphan_add");
  }

  /** data=journal asks for write access to the data buffers. */
  Step<Long> access(Handle handle, Page page, int from, int to) {
    return Step.done(0L);
  }

  /** {@code ext4_update_inode_size}: whether one of the two sizes changed. */
  static Step<Boolean> updateInodeSize(Inode inode, long end) {
    return InodeActor.iSizeRead(inode)
        .then(
            size ->
                Step.when(end > size, () -> InodeActor.iSizeWrite(inode, end))
                    .then(() -> InodeActor.iDisksizeRead(inode))
                    .then(
                        disk ->
                            Step.when(end > disk, () -> InodeActor.iDisksizeWrite(inode, end))
                                .map(d -> end > size || end > disk)));
  }

  /**
   * The end of the three {@code ->write_end}s, with the page unlocked: what was allocated behind
   * the end of the file for bytes that were not copied goes again.
   */
  Step<Long> endWrite(Handle handle, Inode inode, long pos, int len, long copied, long error) {
    return updateInodeSize(inode, pos + Math.max(0, copied))
        .then(
            changed ->
                Step.when(changed, () -> markInodeDirty(handle, inode))
                    .then(() -> InodeActor.iSizeRead(inode)))
        .then(
            size -> {
              boolean failed = pos + len > size;
              return Step.when(failed, () -> orphanAdd(handle, inode))
                  .then(() -> stop(handle, error))
                  .alsoDo(() -> failed ? truncate.failedWrite(inode) : Step.done())
                  .map(e -> e != 0 ? e : copied);
            });
  }

  // ---- address_space_operations ----

  /** {@code ext4_readpage}. */
  @Override
  public Step<Long> readpage(Inode inode, Page page) {
    return Step.function("ext4_readpage", () -> fs.mpage().mpageReadpage(inode, page, getBlock));
  }

  /** {@code ext4_readpages}. */
  @Override
  public Step<Long> readpages(Inode inode, List<Page> pages) {
    return Step.function("ext4_readpages", () -> fs.mpage().mpageReadpages(inode, pages, getBlock));
  }

  /**
   * {@code ext4_releasepage}, inode.c (4.2): a page that was dirtied through a mapping and is not
   * in the journal yet stays.
   */
  @Override
  public Step<Long> releasepage(Inode inode, Page page, Gfp gfp) {
    return Step.function(
        "ext4_releasepage",
        () ->
            CheckedPages.isChecked(page)
                .then(
                    checked ->
                        checked
                            ? Step.done(0L)
                            : fs.jbd().buffers().journalTryToFreeBuffers(page, gfp)));
  }

  /** {@code ext4_invalidatepage} and {@code ext4_journalled_invalidatepage}. */
  @Override
  public Step<Done> invalidatepage(Inode inode, Page page) {
    return CheckedPages.testClear(page).then(was -> fs.jbd().jbd2().journalInvalidatepage(page));
  }

  @Override
  public boolean hasDirectIo() {
    return true;
  }

  @Override
  public abstract Step<Long> writepage(Inode inode, Page page, WritebackControl wbc);

  // ---- super_operations ----

  @Override
  public Step<Done> dirtyInode(Inode inode) {
    return fs.metadata().dirtyInode(inode);
  }

  /** {@code ext4_write_inode}: the inode is in the journal already. */
  @Override
  public Step<Long> writeInode(Inode inode, boolean wait) {
    return Step.function(
        "ext4_write_inode",
        () ->
            Step.current(
                context -> {
                  if (currentHandleOf(context) != null) {
                    return Step.done(-(long) Errno.EIO);
                  }
                  return wait ? fs.sb().forceCommit() : Step.done(0L);
                }));
  }

  // ---- file_operations ----

  /** {@code ext4_file_write_iter}, file.c (4.2). */
  @Override
  public Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
    return Step.function("ext4_file_write_iter", () -> fs.genericFile().aioWrite(iocb, iov, pos));
  }

  @Override
  public Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
    return fs.genericFile().aioRead(iocb, buffer, pos);
  }

  /**
   * {@code ext4_sync_file}, fsync.c (4.2): waits until the transaction is committed that changed
   * the inode last. The caller writes the data and waits for them.
   */
  @Override
  public Step<Long> fsync(File file, boolean datasync) {
    return Step.function(
        "ext4_sync_file",
        () ->
            fs.options().dataMode() == DataMode.JOURNAL
                ? fs.sb().forceCommit()
                : Ext4InodeInfo.syncTid(info)
                    .then(this::completeTransaction)
                    .then(error -> error != 0 ? Step.done(error) : syncIfDirty(file.inode())));
  }

  /** {@code jbd2_complete_transaction}. */
  private Step<Long> completeTransaction(int tid) {
    return tid == 0
        ? Step.done(0L)
        : fs.jbd().logStartCommit(tid).then(() -> fs.jbd().logWaitCommit(tid));
  }

  /** What the write path of mm/ has changed of the inode is in a transaction of its own. */
  private Step<Long> syncIfDirty(Inode inode) {
    return InodeActor.isDirty(inode)
        .then(dirty -> dirty ? fs.writeback().syncInode(inode) : Step.done(0L));
  }
}
