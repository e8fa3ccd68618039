package diorama.kernel.mm;

import static diorama.kernel.mm.AddressSpaceActor.clearPageDirtyForIo;
import static diorama.kernel.mm.AddressSpaceActor.lockPage;
import static diorama.kernel.mm.AddressSpaceActor.nrpages;
import static diorama.kernel.mm.AddressSpaceActor.pageFlags;
import static diorama.kernel.mm.AddressSpaceActor.pagevecLookupDirty;
import static diorama.kernel.mm.AddressSpaceActor.pagevecLookupWriteback;
import static diorama.kernel.mm.AddressSpaceActor.setError;
import static diorama.kernel.mm.AddressSpaceActor.testClearError;
import static diorama.kernel.mm.AddressSpaceActor.unlockPage;
import static diorama.kernel.mm.AddressSpaceActor.waitOnPageWriteback;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/** mm/page-writeback.c and the write-and-wait functions of mm/filemap.c. */
public final class PageWriteback {

  /** Where a walk over dirty pages has come to. */
  private static final class Walk {
    long next;
    long left;
    long ret;
    boolean done;
  }

  /**
   * {@code generic_writepages}, mm/page-writeback.c (2.6.20): hands dirty pages to {@code
   * ->writepage}, each under its page lock, which writepage gives back.
   *
   * @return 0 or the first negative errno
   */
  public Step<Long> genericWritepages(Inode inode, WritebackControl wbc) {
    return function(
        "generic_writepages",
        () -> {
          Walk w = new Walk();
          w.left = wbc.nrToWrite();
          w.next = wbc.start();
          return loop(() ->
                  w.done
                      ? done(false)
                      : pagevecLookupDirty(inode.mapping(), w.next, Truncate.PAGEVEC_SIZE)
                          .then(pages -> writePagevec(inode, pages, wbc, w)))
              .then(() -> done(w.ret));
        });
  }

  private Step<Boolean> writePagevec(Inode inode, List<Page> pages, WritebackControl wbc, Walk w) {
    if (pages.isEmpty()) {
      return done(false);
    }
    return Step.forEach(
            pages,
            page -> {
              w.next = page.index() + 1;
              w.done |= page.index() > wbc.end();
              return w.done ? done() : writeOne(inode, page, wbc, w);
            })
        .map(x -> true);
  }

  private Step<Done> writeOne(Inode inode, Page page, WritebackControl wbc, Walk w) {
    return lockPage(page)
        .then(
            inCache -> {
              if (!inCache) {
                return unlockPage(page);
              }
              return (wbc.waitForAll() ? waitOnPageWriteback(page) : done())
                  .then(() -> dirtyAndIdle(page))
                  .then(write -> write ? callWritepage(inode, page, wbc, w) : unlockPage(page));
            });
  }

  private Step<Boolean> dirtyAndIdle(Page page) {
    return pageFlags(page).then(flags -> flags.writeback() ? done(false) : clear(page, flags));
  }

  /**
   * {@code clear_page_dirty_for_io}, mm/page-writeback.c (2.6.20): write-protects the page in all
   * page tables, so that the next store is noticed, before the flag is cleared.
   */
  private static Step<Boolean> clear(Page page, PageFlags flags) {
    if (!flags.mapped()) {
      return clearPageDirtyForIo(page);
    }
    return PageTableCalls.pageMkclean(page)
        .then(dirty -> Step.when(dirty, () -> PageTableCalls.setPageDirtyBuffers(page)))
        .then(() -> clearPageDirtyForIo(page));
  }

  private Step<Done> callWritepage(Inode inode, Page page, WritebackControl wbc, Walk w) {
    return inode
        .aOps()
        .writepage(inode, page, wbc)
        .then(
            ret -> {
              if (ret != 0 && w.ret == 0) {
                w.ret = ret;
              }
              if (ret != 0 || --w.left <= 0) {
                w.done = true;
              }
              return ret != 0 ? setError(inode.mapping()) : done();
            });
  }

  /** {@code filemap_fdatawait}, mm/filemap.c: {@link #waitOnPageWritebackRange} of every page. */
  public Step<Long> filemapFdatawait(Inode inode) {
    return function("filemap_fdatawait", () -> waitOnPageWritebackRange(inode, 0, Long.MAX_VALUE));
  }

  /**
   * {@code wait_on_page_writeback_range}, mm/filemap.c:245 (2.6.20).
   *
   * @return 0, or -EIO if a page or the mapping saw an error since it was last asked; asking clears
   *     the mapping's
   */
  private Step<Long> waitOnPageWritebackRange(Inode inode, long start, long end) {
    return function(
        "wait_on_page_writeback_range",
        () -> {
          Walk w = new Walk();
          return waitOnPages(inode, start, end, w)
              .then(() -> testClearError(inode.mapping()))
              .map(eio -> eio ? Long.valueOf(-Errno.EIO) : Long.valueOf(w.ret));
        });
  }

  private Step<Done> waitOnPages(Inode inode, long start, long end, Walk w) {
    w.next = start;
    return loop(
        () ->
            pagevecLookupWriteback(inode.mapping(), w.next, Truncate.PAGEVEC_SIZE)
                .then(pages -> waitOnPagevec(pages, end, w)));
  }

  private Step<Boolean> waitOnPagevec(List<Page> pages, long end, Walk w) {
    if (pages.isEmpty() || pages.get(0).index() > end) {
      return done(false);
    }
    return Step.forEach(
            pages,
            page -> {
              w.next = page.index() + 1;
              return page.index() > end ? done() : waitOnOne(page, w);
            })
        .map(x -> true);
  }

  private Step<Done> waitOnOne(Page page, Walk w) {
    return waitOnPageWriteback(page)
        .then(() -> pageFlags(page))
        .map(
            flags -> {
              if (flags.error()) {
                w.ret = -Errno.EIO;
              }
              return Done.DONE;
            });
  }

  /** {@code filemap_fdatawrite}, mm/filemap.c: starts write-back of every dirty page. */
  public Step<Long> filemapFdatawrite(Inode inode) {
    return function(
        "filemap_fdatawrite", () -> genericWritepages(inode, WritebackControl.SYNC_ALL));
  }

  /**
   * {@code filemap_write_and_wait}, mm/filemap.c:371 (2.6.20): the whole mapping.
   *
   * @return 0 or a negative errno, also one left behind by an earlier asynchronous write
   */
  public Step<Long> filemapWriteAndWait(Inode inode) {
    return function(
        "filemap_write_and_wait",
        () ->
            nrpages(inode.mapping())
                .then(nrpages -> nrpages == 0 ? done(0L) : writeThenWait(inode)));
  }

  private Step<Long> writeThenWait(Inode inode) {
    return filemapFdatawrite(inode)
        .then(
            err ->
                err == -Errno.EIO
                    ? done(err)
                    : filemapFdatawait(inode).map(err2 -> err != 0 ? err : err2));
  }

  /**
   * {@code filemap_write_and_wait_range}, mm/filemap.c:404 (2.6.20).
   *
   * @param start first byte
   * @param end last byte, inclusive
   * @return 0 or a negative errno
   */
  public Step<Long> filemapWriteAndWaitRange(Inode inode, long start, long end) {
    return function(
        "filemap_write_and_wait_range",
        () ->
            nrpages(inode.mapping())
                .then(
                    nrpages ->
                        nrpages == 0
                            ? done(0L)
                            : writeRange(inode, start >> Page.SHIFT, end >> Page.SHIFT)));
  }

  /**
   * {@code file_write_and_wait_range}, mm/filemap.c (4.13), for the whole file.
   *
   * @param errseq the file hears of errors of the mapping that it has not heard of; else, as {@code
   *     filemap_write_and_wait_range} up to 4.12, whoever asks first hears of them
   * @return 0 or a negative errno
   */
  public Step<Long> fileWriteAndWaitRange(File file, boolean errseq) {
    if (!errseq) {
      return filemapWriteAndWait(file.inode());
    }
    return function(
        "file_write_and_wait_range",
        () ->
            filemapFdatawrite(file.inode())
                .then(
                    err ->
                        Step.when(
                                err != -Errno.EIO,
                                () -> waitOnPages(file.inode(), 0, Long.MAX_VALUE, new Walk()))
                            .then(() -> WritebackErrors.fileCheckAndAdvanceWbErr(file))
                            .map(err2 -> err != 0 ? err : err2)));
  }

  private Step<Long> writeRange(Inode inode, long start, long end) {
    return genericWritepages(inode, WritebackControl.range(start, end))
        .then(
            err ->
                err == -Errno.EIO
                    ? done(err)
                    : waitOnPageWritebackRange(inode, start, end)
                        .map(err2 -> err != 0 ? err : err2));
  }
}
