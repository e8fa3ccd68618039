package diorama.kernel.fs;

import diorama.kernel.block.Bio;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.BufferImage;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import java.util.List;
import java.util.function.Function;

/**
 * {@code fs/buffer.c}: buffers of one block device, their locks, and how they are read and written.
 */
public final class Buffer {
  /** {@code bh_end_io_t}: what the completion interrupt does with a buffer. */
  @FunctionalInterface
  public interface EndIo {
    /** The transfer has ended; {@code uptodate} is false after an error. */
    Step<Done> end(BufferHead bh, boolean uptodate);
  }

  private final Host host;
  private final BlockLayer block;
  private final String bdevname;

  /**
   * The buffers of a device.
   *
   * @param bdevname the device's name in messages
   */
  public Buffer(Host host, BlockLayer block, String bdevname) {
    this.host = host;
    this.block = block;
    this.bdevname = bdevname;
  }

  /** The device's name in messages. */
  public String bdevname() {
    return bdevname;
  }

  // ---- locks ----

  /** {@code lock_buffer}, buffer.c:72 (2.6.20): who has to sleep unplugs the device first. */
  public Step<Done> lockBuffer(BufferHead bh) {
    return AddressSpaceActor.tryLockBuffer(bh)
        .then(
            taken ->
                taken
                    ? Step.done()
                    : Step.function(
                        "__lock_buffer",
                        () -> block.unplug().then(() -> AddressSpaceActor.lockBuffer(bh))));
  }

  /** {@code wait_on_buffer}, buffer.c:91 (2.6.20): answers {@code buffer_uptodate}. */
  public Step<Boolean> waitOnBuffer(BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(flags -> flags.locked() ? doWaitOnBuffer(bh) : Step.done(flags.uptodate()));
  }

  /** {@code __wait_on_buffer}, buffer.c:91 (2.6.20), of a buffer that was seen locked. */
  public Step<Boolean> doWaitOnBuffer(BufferHead bh) {
    return Step.function(
        "__wait_on_buffer", () -> block.unplug().then(() -> AddressSpaceActor.waitOnBuffer(bh)));
  }

  // ---- submission ----

  /**
   * {@code submit_bh}, buffer.c:2642 (2.6.20): starts a transfer of a locked, mapped buffer.
   *
   * @param barrier {@code buffer_ordered}
   */
  public Step<Done> submitBh(Rw rw, BufferHead bh, boolean barrier, EndIo endIo) {
    return Step.function(
        "submit_bh",
        () ->
            AddressSpaceActor.setBufferReq(bh, rw == Rw.WRITE)
                .then(
                    image ->
                        Step.current(c -> block.submitBio(bio(c, rw, bh, image, barrier, endIo)))));
  }

  private Bio bio(
      Context submitter, Rw rw, BufferHead bh, BufferImage image, boolean barrier, EndIo endIo) {
    int sectors = bh.size() / 512;
    return new Bio(
        Bio.numberFor(submitter),
        rw,
        image.blocknr() * sectors,
        sectors,
        image.content(),
        barrier,
        bh,
        end -> endBioBhIoSync(bh, end, endIo));
  }

  /** {@code end_bio_bh_io_sync}, buffer.c:2625 (2.6.20), in interrupt. */
  private static Step<Done> endBioBhIoSync(BufferHead bh, BioEnd end, EndIo endIo) {
    return Step.function(
        "end_bio_bh_io_sync",
        () ->
            Step.when(
                    end.bio().rw() == Rw.READ && end.error() == 0,
                    () ->
                        AddressSpaceActor.fill(
                            bh.page(), bh.number() * (bh.size() / 512), end.data()))
                .then(() -> endIo.end(bh, end.error() == 0)));
  }

  /**
   * {@code ll_rw_block(SWRITE)} for one buffer, buffer.c:2716 (2.6.20): waits for the buffer lock
   * and writes the buffer if it is dirty.
   */
  public Step<Done> llRwBlockSwrite(BufferHead bh) {
    return Step.function(
        "ll_rw_block",
        () ->
            lockBuffer(bh)
                .then(() -> AddressSpaceActor.testClearBufferDirty(bh))
                .then(
                    dirty ->
                        dirty
                            ? AddressSpaceActor.getBh(bh)
                                .then(() -> submitBh(Rw.WRITE, bh, false, this::endBufferWriteSync))
                            : AddressSpaceActor.unlockBuffer(bh)));
  }

  /** {@code ll_rw_block(READ)} for one buffer, buffer.c:2716 (2.6.20). */
  public Step<Done> llRwBlockRead(BufferHead bh) {
    return Step.function(
        "ll_rw_block",
        () ->
            AddressSpaceActor.tryLockBuffer(bh)
                .then(locked -> locked ? readLocked(bh) : Step.done()));
  }

  private Step<Done> readLocked(BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags ->
                flags.uptodate()
                    ? AddressSpaceActor.unlockBuffer(bh)
                    : AddressSpaceActor.getBh(bh)
                        .then(() -> submitBh(Rw.READ, bh, false, Buffer::endBufferReadSync)));
  }

  /**
   * {@code sync_dirty_buffer}, buffer.c:2752 (2.6.20): writes a dirty buffer and waits. The caller
   * has a reference. Returns 0 or -EIO.
   */
  public Step<Long> syncDirtyBuffer(BufferHead bh) {
    return Step.function(
        "sync_dirty_buffer",
        () ->
            lockBuffer(bh)
                .then(() -> AddressSpaceActor.testClearBufferDirty(bh))
                .then(
                    dirty ->
                        dirty
                            ? writeLockedAndWait(bh, false)
                            : AddressSpaceActor.unlockBuffer(bh).map(d -> 0L)));
  }

  /**
   * The part of {@code sync_dirty_buffer} that is left when the caller holds the lock of a buffer
   * that it just cleaned.
   */
  public Step<Long> writeLockedAndWait(BufferHead bh, boolean barrier) {
    return AddressSpaceActor.getBh(bh)
        .then(() -> submitBh(Rw.WRITE, bh, barrier, this::endBufferWriteSync))
        .then(() -> waitOnBuffer(bh))
        .map(uptodate -> uptodate ? 0L : -(long) diorama.kernel.Errno.EIO);
  }

  // ---- completion ----

  /** {@code end_buffer_read_sync}, buffer.c:117 (2.6.20), in interrupt. */
  public static Step<Done> endBufferReadSync(BufferHead bh, boolean uptodate) {
    return Step.function(
        "end_buffer_read_sync",
        () ->
            AddressSpaceActor.setBufferUptodate(bh, uptodate)
                .then(() -> AddressSpaceActor.unlockBuffer(bh))
                .then(() -> AddressSpaceActor.putBh(bh))
                .map(c -> Done.DONE));
  }

  /**
   * {@code end_buffer_write_sync}, buffer.c:129 (2.6.20), in interrupt: unlocks the buffer and only
   * then drops the submitter's reference. Between the two the buffer looks idle but is referenced.
   */
  public Step<Done> endBufferWriteSync(BufferHead bh, boolean uptodate) {
    return Step.function(
        "end_buffer_write_sync",
        () ->
            (uptodate
                    ? AddressSpaceActor.setBufferUptodate(bh, true)
                    : bufferIoError(bh).then(() -> AddressSpaceActor.setBufferWriteIoError(bh)))
                .then(() -> AddressSpaceActor.unlockBuffer(bh))
                .then(() -> AddressSpaceActor.putBh(bh))
                .map(c -> Done.DONE));
  }

  /**
   * {@code end_buffer_async_write}, buffer.c:435 (2.6.20), in interrupt: unlocks the buffer, and
   * after the page's last buffer ends the page's write-back. Sleepers of both are woken apart.
   */
  public Step<Done> endBufferAsyncWrite(BufferHead bh, boolean uptodate) {
    return Step.function(
        "end_buffer_async_write",
        () ->
            (uptodate
                    ? AddressSpaceActor.setBufferUptodate(bh, true)
                    : bufferIoError(bh).then(() -> AddressSpaceActor.writeFailed(bh)))
                .then(() -> AddressSpaceActor.endBufferAsyncWrite(bh))
                .then(
                    last -> Step.when(last, () -> AddressSpaceActor.endPageWriteback(bh.page()))));
  }

  /** {@code end_buffer_async_read}, buffer.c:373 (2.6.20), in interrupt. */
  public Step<Done> endBufferAsyncRead(BufferHead bh, boolean uptodate) {
    return Step.function(
        "end_buffer_async_read",
        () ->
            AddressSpaceActor.setBufferUptodate(bh, uptodate)
                .then(
                    () ->
                        Step.when(
                            !uptodate,
                            () ->
                                bufferIoError(bh)
                                    .then(() -> AddressSpaceActor.setPageError(bh.page()))))
                .then(() -> AddressSpaceActor.endBufferAsyncRead(bh))
                .then(last -> Step.when(last, () -> AddressSpaceActor.unlockPage(bh.page()))));
  }

  private Step<Done> bufferIoError(BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags ->
                Step.current(
                    context -> {
                      host.printk(
                          context,
                          "Buffer I/O error on device "
                              + bdevname
                              + ", logical block "
                              + flags.blocknr());
                      host.printk(context, "lost page write due to I/O error on " + bdevname);
                      return Step.done();
                    }));
  }

  // ---- pages ----

  /**
   * {@code block_write_full_page}, buffer.c:2573 (2.6.20): the writepage of file systems with
   * buffers. Called with the page locked and its dirty flag cleared; unlocks it. Returns 0 or a
   * negative errno.
   */
  public Step<Long> blockWriteFullPage(
      Inode inode, Page page, GetBlock getBlock, WritebackControl wbc) {
    return Step.function(
        "block_write_full_page",
        () ->
            InodeActor.iSizeRead(inode)
                .then(iSize -> writeInsideFile(inode, page, getBlock, wbc, iSize)));
  }

  private Step<Long> writeInsideFile(
      Inode inode, Page page, GetBlock getBlock, WritebackControl wbc, long iSize) {
    long endIndex = iSize >> Page.SHIFT;
    int offset = (int) (iSize & (Page.SIZE - 1));
    long lastBlock = (iSize - 1) >> inode.blkbits();
    if (page.index() < endIndex) {
      return doBlockWriteFullPage(inode, page, getBlock, wbc, lastBlock);
    }
    if (page.index() >= endIndex + 1 || offset == 0) {
      return forgetPageOutsideFile(page);
    }
    return BlockWrite.zero(page, offset, Page.SIZE)
        .then(() -> doBlockWriteFullPage(inode, page, getBlock, wbc, lastBlock));
  }

  private static Step<Long> forgetPageOutsideFile(Page page) {
    return AddressSpaceActor.pageBuffers(page)
        .then(buffers -> Step.forEach(buffers, AddressSpaceActor::testClearBufferDirty))
        .then(() -> AddressSpaceActor.unlockPage(page))
        .map(d -> 0L);
  }

  /**
   * {@code page_buffers}, or {@code create_empty_buffers(BH_Dirty | BH_Uptodate)} for a page that
   * is about to be written and has none.
   */
  public static Step<List<BufferHead>> dirtyBuffers(Inode inode, Page page) {
    return AddressSpaceActor.pageBuffers(page)
        .then(have -> have.isEmpty() ? createDirtyBuffers(inode, page) : Step.done(have));
  }

  private static Step<List<BufferHead>> createDirtyBuffers(Inode inode, Page page) {
    return AddressSpaceActor.createEmptyBuffers(page, 1 << inode.blkbits(), true)
        .then(
            made ->
                Step.forEach(made, AddressSpaceActor::markBufferDirty)
                    .then(() -> AddressSpaceActor.clearPageDirtyForIo(page))
                    .map(was -> made));
  }

  /**
   * {@code __block_write_full_page}, buffer.c:1588 (2.6.20).
   *
   * @param lastBlock the last block of the file; what lies behind is cleaned, not written
   */
  public Step<Long> doBlockWriteFullPage(
      Inode inode, Page page, GetBlock getBlock, WritebackControl wbc, long lastBlock) {
    return Step.function(
        "__block_write_full_page",
        () -> new FullPageWrite(this, inode, page, getBlock, wbc, lastBlock).run());
  }

  /**
   * {@code block_prepare_write}, buffer.c:2172 (2.6.20): maps, allocates, zeroes and reads what the
   * bytes from..to of a locked page need before they are copied. Returns 0 or a negative errno.
   */
  public Step<Long> blockPrepareWrite(Inode inode, Page page, int from, int to, GetBlock getBlock) {
    return Step.function(
        "block_prepare_write",
        () ->
            Step.function(
                    "__block_prepare_write",
                    () -> new BlockWrite(this, inode, page, from, to, getBlock).prepare())
                .then(
                    error ->
                        Step.when(error != 0, () -> AddressSpaceActor.clearPageUptodate(page))
                            .map(d -> error)));
  }

  /**
   * {@code __block_write_begin}, buffer.c (4.2): the same for {@code ->write_begin}. A block that
   * the bytes cover whole is not read, and not zeroed if it is new: its buffer stays BH_New, and
   * the page holds whatever its memory held. Returns 0 or a negative errno.
   */
  public Step<Long> blockWriteBegin(Inode inode, Page page, int from, int to, GetBlock getBlock) {
    return Step.function(
        "__block_write_begin",
        () -> new BlockWrite(this, inode, page, from, to, getBlock, true).prepare());
  }

  /**
   * {@code block_write_end}, buffer.c (4.2): the bytes that were copied are up to date and dirty.
   * If not all were and the page is not up to date, none were; and what was not is zeroed where the
   * block is new.
   *
   * @return how many of the copied bytes count
   */
  public Step<Integer> blockWriteEnd(Page page, int from, int len, int copied) {
    return Step.function(
        "block_write_end",
        () ->
            AddressSpaceActor.pageFlags(page)
                .then(
                    flags -> {
                      int counts = copied < len && !flags.uptodate() ? 0 : copied;
                      return Step.when(
                              copied < len,
                              () -> NewBuffers.pageZeroNewBuffers(page, from + counts, from + len))
                          .then(() -> doBlockCommitWrite(page, from, from + counts))
                          .then(() -> NewBuffers.clearNew(page, from, from + counts))
                          .map(d -> counts);
                    }));
  }

  /**
   * {@code generic_commit_write}, buffer.c:2189 (2.6.20): marks the buffers of the bytes from..to
   * up to date and dirty and moves i_size. Under i_mutex and the page lock. Returns 0.
   *
   * @param markInodeDirty {@code mark_inode_dirty}, run when the file grew
   */
  public Step<Long> genericCommitWrite(
      Inode inode, Page page, int from, int to, Function<Inode, Step<Done>> markInodeDirty) {
    long pos = (page.index() << Page.SHIFT) + to;
    return Step.function(
        "generic_commit_write",
        () ->
            doBlockCommitWrite(page, from, to)
                .then(() -> InodeActor.iSizeRead(inode))
                .then(
                    iSize ->
                        Step.when(
                            pos > iSize,
                            () ->
                                InodeActor.iSizeWrite(inode, pos)
                                    .then(() -> markInodeDirty.apply(inode))))
                .map(d -> 0L));
  }

  private static Step<Done> doBlockCommitWrite(Page page, int from, int to) {
    return Step.function(
        "__block_commit_write",
        () ->
            AddressSpaceActor.pageBuffers(page)
                .then(buffers -> BlockWrite.commit(page, buffers, from, to)));
  }

  /**
   * {@code block_read_full_page}, buffer.c:1919 (2.6.20): reads a locked page through buffers,
   * which unlock it when the last one has been read. Returns 0.
   */
  public Step<Long> blockReadFullPage(Inode inode, Page page, GetBlock getBlock) {
    return Step.function(
        "block_read_full_page", () -> new BlockRead(this, inode, page, getBlock).run());
  }

  /** {@code submit_bio} for a transfer that has no buffers. */
  Step<Done> submitPages(
      long sector, int sectors, Page related, Function<BioEnd, Step<Done>> endIo) {
    return Step.current(
        c ->
            block.submitBio(
                new Bio(
                    Bio.numberFor(c),
                    Rw.READ,
                    sector,
                    sectors,
                    diorama.kernel.data.Content.zeros(sectors),
                    false,
                    related,
                    endIo)));
  }

  /**
   * {@code __getblk}, buffer.c (2.6.20): the buffer of a disk block in the device's own page cache,
   * with a reference.
   */
  public Step<BufferHead> getblk(Inode bdev, long blocknr) {
    int perPage = Page.SIZE >> bdev.blkbits();
    long index = blocknr / perPage;
    return Step.function(
        "__getblk",
        () ->
            AddressSpaceActor.findGetPage(bdev.mapping(), index)
                .then(
                    found ->
                        found.page() == null
                            ? growDevPage(bdev, index)
                            : Step.<Page>done(found.page()))
                .then(page -> AddressSpaceActor.createEmptyBuffers(page, 1 << bdev.blkbits(), true))
                .map(buffers -> buffers.get((int) (blocknr % perPage)))
                .then(bh -> AddressSpaceActor.getBh(bh).map(count -> bh)));
  }

  /** {@code grow_dev_page}, buffer.c:983 (2.6.20): makes the page and maps its buffers. */
  private Step<Page> growDevPage(Inode bdev, long index) {
    int perPage = Page.SIZE >> bdev.blkbits();
    return AddressSpaceActor.addToPageCache(bdev.mapping(), index)
        .then(
            added -> {
              Page page = added.page();
              if (page == null) {
                return AddressSpaceActor.findGetPage(bdev.mapping(), index)
                    .map(found -> java.util.Objects.requireNonNull(found.page()));
              }
              return AddressSpaceActor.createEmptyBuffers(page, 1 << bdev.blkbits(), true)
                  .then(buffers -> mapAll(buffers, index * perPage))
                  .then(() -> AddressSpaceActor.setPageUptodate(page))
                  .then(() -> AddressSpaceActor.unlockPage(page))
                  .map(d -> page);
            });
  }

  private static Step<Done> mapAll(List<BufferHead> buffers, long first) {
    return Step.forEach(buffers, bh -> AddressSpaceActor.mapBuffer(bh, first + bh.number(), false));
  }
}
