package diorama.kernel.fs.ext4;

import static diorama.kernel.Fix.JOURNALLED_WRITE_END_COPIED_ONLY;
import static diorama.kernel.Fix.JOURNALLED_ZERO_WITHOUT_DIRTY;
import static diorama.kernel.Fix.TED_CONDITIONAL_ZERO;

import akka.actor.typed.ActorRef;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.NewBuffers;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.CheckedPages;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * {@code ext4_journalled_aops}: data=journal. Data go through the log like metadata. There is a
 * {@code ->direct_IO}, which does nothing, so that its caller writes through the cache.
 */
final class Ext4Journalled extends Ext4 {
  private final KernelProfile profile;

  Ext4Journalled(
      Shared fs,
      ActorRef<Ext4Allocator.Command> allocator,
      ActorRef<Ext4InodeInfo.Command> info,
      KernelProfile profile) {
    super(fs, allocator, info);
    this.profile = profile;
  }

  @Override
  Step<Long> access(Handle handle, Page page, int from, int to) {
    return AddressSpaceActor.pageBuffers(page)
        .then(
            buffers ->
                walkPageBuffers(buffers, from, to, bh -> doJournalGetWriteAccess(handle, bh)))
        .map(Walked::error);
  }

  /**
   * {@code do_journal_get_write_access}: __block_write_begin may have dirtied the buffer. That is
   * harmless only because the page is still locked, so the flag goes before anybody can see it.
   */
  private Step<Long> doJournalGetWriteAccess(Handle handle, BufferHead bh) {
    return Step.function(
        "do_journal_get_write_access",
        () ->
            isMapped(bh)
                .then(
                    mapped ->
                        mapped
                            ? AddressSpaceActor.testClearBufferDirty(bh)
                                .then(dirty -> getWriteAccess(handle, bh, dirty))
                            : Step.done(0L)));
  }

  private Step<Long> getWriteAccess(Handle handle, BufferHead bh, boolean dirty) {
    return fs.jbd()
        .buffers()
        .journalGetWriteAccess(handle, bh)
        .then(
            error ->
                error == 0 && dirty
                    ? fs.jbd().buffers().journalDirtyMetadata(handle, bh)
                    : Step.done(error));
  }

  /** {@code buffer_mapped(bh) && !buffer_freed(bh)}. */
  private Step<Boolean> isMapped(BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags ->
                flags.mapped()
                    ? fs.jbd().jbd2().isFreed(bh).map(freed -> !freed)
                    : Step.done(false));
  }

  /** {@code write_end_fn}: up to date, and in the transaction. */
  private Step<Long> writeEndFn(Handle handle, BufferHead bh) {
    return Step.function(
        "write_end_fn",
        () ->
            isMapped(bh)
                .then(
                    mapped ->
                        mapped
                            ? AddressSpaceActor.setBufferUptodate(bh, true)
                                .then(() -> fs.jbd().buffers().journalDirtyMetadata(handle, bh))
                            : Step.done(0L)));
  }

  /**
   * {@code ext4_journalled_write_end}, inode.c (4.2). Whatever was copied, the buffers of all bytes
   * that were asked for become up to date and part of the transaction; since 3b136499 (4.11) those
   * of the bytes that were copied.
   */
  @Override
  public Step<Long> writeEnd(Inode inode, long pos, int len, int copied, Page page) {
    int from = (int) (pos & (Page.SIZE - 1));
    return Step.function(
        "ext4_journalled_write_end",
        () ->
            currentHandle()
                .then(
                    handle ->
                        AddressSpaceActor.pageFlags(page)
                            .then(
                                flags -> {
                                  int counts = copied < len && !flags.uptodate() ? 0 : copied;
                                  return journalCopied(handle, page, from, len, copied, counts)
                                      .alsoDo(() -> AddressSpaceActor.unlockPage(page))
                                      .then(
                                          error ->
                                              endWrite(handle, inode, pos, len, counts, error));
                                })));
  }

  private Step<Long> journalCopied(
      Handle handle, Page page, int from, int len, int copied, int counts) {
    if (profile.fixed(TED_CONDITIONAL_ZERO) && copied == 0) {
      return Step.done(0L);
    }
    if (profile.fixed(JOURNALLED_WRITE_END_COPIED_ONLY)) {
      return Step.when(
              counts < len,
              () -> NewBuffers.zero(page, from + counts, from + len, bh -> writeEndFn(handle, bh)))
          .then(
              () ->
                  counts == 0 && copied < len
                      ? Step.done(0L)
                      : journal(handle, page, from, from + counts));
    }
    return Step.when(counts < len, () -> zeroNewBuffers(page, from + counts, from + len))
        .then(() -> journal(handle, page, from, from + len));
  }

  /**
   * Since b90197b6 (4.4) without mark_buffer_dirty: from the unlock of the page on write-back would
   * take a dirty buffer home, whose transaction has not been committed.
   */
  private Step<Done> zeroNewBuffers(Page page, int from, int to) {
    if (profile.fixed(JOURNALLED_ZERO_WITHOUT_DIRTY)) {
      return Step.function(
          "zero_new_buffers", () -> NewBuffers.zero(page, from, to, bh -> Step.done()));
    }
    return NewBuffers.pageZeroNewBuffers(page, from, to);
  }

  private Step<Long> journal(Handle handle, Page page, int from, int to) {
    return AddressSpaceActor.pageBuffers(page)
        .then(buffers -> walkPageBuffers(buffers, from, to, bh -> writeEndFn(handle, bh)))
        .then(
            walked ->
                Step.when(!walked.partial(), () -> AddressSpaceActor.setPageUptodate(page))
                    .map(d -> walked.error()));
  }

  /**
   * {@code ext4_writepage}, inode.c (4.2): a page that was dirtied through a mapping joins the
   * journal, one whose buffers have been committed is written home.
   */
  @Override
  public Step<Long> writepage(Inode inode, Page page, WritebackControl wbc) {
    return Step.function(
        "ext4_writepage",
        () ->
            CheckedPages.testClear(page)
                .then(
                    checked ->
                        checked
                            ? journalledWritepage(inode, page)
                            : fs.buffer().blockWriteFullPage(inode, page, getBlock, wbc)));
  }

  /**
   * {@code __ext4_journalled_writepage}: the page is unlocked before the handle is opened, and may
   * have been truncated when it is locked again.
   */
  private Step<Long> journalledWritepage(Inode inode, Page page) {
    return Step.function(
        "__ext4_journalled_writepage",
        () ->
            AddressSpaceActor.createEmptyBuffers(page, 1 << inode.blkbits(), false)
                .then(() -> AddressSpaceActor.unlockPage(page))
                .then(() -> fs.sb().journalStart(writepageTransBlocks()))
                .then(
                    handle ->
                        handle.isErr()
                            ? Step.done(handle.ptrErr())
                            : AddressSpaceActor.lockPage(page)
                                .then(
                                    inCache ->
                                        inCache ? journalPage(handle, inode, page) : Step.done(0L))
                                .alsoDo(() -> AddressSpaceActor.unlockPage(page))
                                .then(error -> stop(handle, error))));
  }

  private Step<Long> journalPage(Handle handle, Inode inode, Page page) {
    return fs.buffer()
        .blockWriteBegin(inode, page, 0, Page.SIZE, getBlock)
        .then(error -> error != 0 ? Step.done(error) : access(handle, page, 0, Page.SIZE))
        .then(error -> error != 0 ? Step.done(error) : journal(handle, page, 0, Page.SIZE));
  }

  /** {@code ext4_direct_IO}: "If we are doing data journalling we don't support O_DIRECT". */
  @Override
  public Step<Long> directWrite(Kiocb iocb, List<IoVec> iov, long offset) {
    return Step.function("ext4_direct_IO", () -> Step.done(0L));
  }

  @Override
  public Step<Long> directRead(Kiocb iocb, ReadBuffer buffer, long offset) {
    return Step.function("ext4_direct_IO", () -> Step.done(0L));
  }
}
