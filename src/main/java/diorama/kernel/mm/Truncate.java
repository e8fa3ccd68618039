package diorama.kernel.mm;

import static diorama.kernel.mm.AddressSpaceActor.lockPage;
import static diorama.kernel.mm.AddressSpaceActor.pageFlags;
import static diorama.kernel.mm.AddressSpaceActor.pagevecLookup;
import static diorama.kernel.mm.AddressSpaceActor.removeFromPageCache;
import static diorama.kernel.mm.AddressSpaceActor.tryLockPage;
import static diorama.kernel.mm.AddressSpaceActor.unlockPage;
import static diorama.kernel.mm.AddressSpaceActor.waitOnPageWriteback;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.data.Content;
import diorama.kernel.fs.Inode;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/** mm/truncate.c: dropping pages from the page cache. */
public final class Truncate {
  /** {@code PAGEVEC_SIZE}. */
  static final int PAGEVEC_SIZE = 14;

  private final KernelProfile profile;

  /** The functions of this kernel version. */
  public Truncate(KernelProfile profile) {
    this.profile = profile;
  }

  /** Where the walk over a range has come to, and what it will return. */
  private static final class Walk {
    long next;
    long end;
    long ret;
    int i;
    boolean didRangeUnmap;
  }

  /**
   * {@code invalidate_inode_pages2_range}, mm/truncate.c:371 (2.6.20): drops the pages of a range.
   *
   * <p>Takes each page's lock in turn, and unmaps the page where it is mapped. A dirty page, or one
   * whose buffers somebody references, stays.
   *
   * @param start first page
   * @param end last page, inclusive
   * @return 0, as always up to 2.6.10, which visited every page and reported nothing; or -EIO if a
   *     page could not be dropped (-EBUSY since 6ccfa806): the walk ends there, or, since 7b965e08,
   *     goes on and returns the verdict of the last page only, since do_launder_page begins each
   *     page with a result of its own. Since 0dd1334f no page forgets the failure of another
   */
  public Step<Long> invalidateInodePages2Range(Inode inode, long start, long end) {
    return function(
        "invalidate_inode_pages2_range",
        () -> {
          Walk w = new Walk();
          w.next = start;
          w.end = end;
          return loop(() ->
                  w.next > end || stopped(w)
                      ? done(false)
                      : pagevecLookup(
                              inode.mapping(),
                              w.next,
                              (int) Math.min(end - w.next + 1, PAGEVEC_SIZE))
                          .then(pages -> invalidatePagevec(inode, pages, end, w)))
              .then(() -> done(w.ret));
        });
  }

  /** {@code invalidate_inode_pages2}, mm/truncate.c: the same for all pages of a file. */
  public Step<Long> invalidateInodePages2(Inode inode) {
    return invalidateInodePages2Range(inode, 0, Integer.MAX_VALUE);
  }

  /** Until 7b965e08 (2.6.21) the first failure ended the walk. */
  private boolean stopped(Walk w) {
    if (profile.fixed(Fix.INVALIDATE_WHOLE_RANGE)) {
      return false;
    }
    return w.ret != 0;
  }

  private Step<Boolean> invalidatePagevec(Inode inode, List<Page> pages, long end, Walk w) {
    if (pages.isEmpty()) {
      return done(false);
    }
    w.i = 0;
    return loop(() -> {
          if (w.i == pages.size() || stopped(w)) {
            return done(false);
          }
          Page page = pages.get(w.i++);
          w.next = page.index() + 1;
          return page.index() > end ? done(false) : invalidateOne(inode, page, w).map(x -> true);
        })
        .map(x -> true);
  }

  private Step<Done> invalidateOne(Inode inode, Page page, Walk w) {
    return lockPage(page)
        .then(
            inCache -> {
              if (!inCache) {
                return unlockPage(page);
              }
              return waitOnPageWriteback(page)
                  .then(() -> unmapWhileMapped(inode, page, w))
                  .then(() -> doLaunderPage(w))
                  .then(() -> invalidateCompletePage2(inode, page, Gfp.KERNEL))
                  .then(
                      gone -> {
                        if (!gone && profile.fixed(Fix.INVALIDATE2_RETURNS_EIO)) {
                          w.ret = cannotBeDropped();
                        }
                        return unlockPage(page);
                      });
            });
  }

  /** First "zap the rest of the file in one hit", then just this page as often as it takes. */
  private static Step<Done> unmapWhileMapped(Inode inode, Page page, Walk w) {
    return loop(
        () ->
            PageTableCalls.pageMapped(page)
                .then(
                    mapped -> {
                      if (!mapped) {
                        return done(false);
                      }
                      long pages = w.didRangeUnmap ? 1 : w.end - page.index() + 1;
                      w.didRangeUnmap = true;
                      return Memory.unmapMappingRange(
                              inode, page.index() << Page.SHIFT, pages << Page.SHIFT)
                          .map(x -> true);
                    }));
  }

  private long cannotBeDropped() {
    if (profile.fixed(Fix.BUSY_PAGE_FALLS_BACK_TO_BUFFERED)) {
      return -Errno.EBUSY;
    }
    return -Errno.EIO;
  }

  /**
   * {@code do_launder_page}, mm/truncate.c:351 (2.6.20): ext3 has no {@code ->launder_page}, so the
   * answer is 0 for every page, which the walk took for its result so far until 0dd1334f (2.6.26).
   */
  private Step<Done> doLaunderPage(Walk w) {
    if (profile.fixed(Fix.LAUNDER_PAGE) && !profile.fixed(Fix.INVALIDATE_KEEPS_ERROR)) {
      w.ret = 0;
    }
    return done();
  }

  /**
   * {@code invalidate_complete_page2}, mm/truncate.c:328 (2.6.20): page locked; ignores the page's
   * reference count since bd4c8ce4 (2.6.19).
   *
   * @return whether the page has left the cache
   */
  private Step<Boolean> invalidateCompletePage2(Inode inode, Page page, Gfp gfp) {
    return function(
        "invalidate_complete_page2",
        () ->
            pageFlags(page)
                .then(
                    flags ->
                        !flags.inCache()
                            ? done(false)
                            : flags.isPrivate() ? tryToReleasePage(inode, page, gfp) : done(true))
                .then(
                    released -> released ? removeFromPageCache(page.owner(), page) : done(false)));
  }

  /**
   * {@code try_to_release_page}, mm/filemap.c:2440 (2.6.20): page locked.
   *
   * @return whether the page has no buffers any more
   */
  private Step<Boolean> tryToReleasePage(Inode inode, Page page, Gfp gfp) {
    return function(
        "try_to_release_page",
        () ->
            pageFlags(page)
                .then(
                    flags ->
                        flags.writeback()
                            ? done(false)
                            : inode.aOps().releasepage(inode, page, gfp).map(freed -> freed != 0)));
  }

  /**
   * {@code truncate_inode_pages}, mm/truncate.c (4.2): pages behind an offset leave the cache,
   * dirty or not, and what a page holds behind it is zeroed. i_size is set already.
   */
  public static Step<Done> truncateInodePages(Inode inode, long lstart) {
    long start = (lstart + Page.SIZE - 1) >> Page.SHIFT;
    int partial = (int) (lstart & (Page.SIZE - 1));
    return function(
        "truncate_inode_pages",
        () ->
            Step.when(partial > 0, () -> truncatePartial(inode, lstart >> Page.SHIFT, partial))
                .then(() -> truncateWhole(inode, start)));
  }

  private static Step<Done> truncatePartial(Inode inode, long index, int from) {
    return AddressSpaceActor.findGetPage(inode.mapping(), index)
        .then(
            found -> {
              Page page = found.page();
              return page == null
                  ? done()
                  : lockPage(page)
                      .then(() -> waitOnPageWriteback(page))
                      .then(
                          () ->
                              AddressSpaceActor.copyFromUser(
                                  page, from, Content.zeros(Page.SECTORS), 0, Page.SIZE - from))
                      .then(() -> unlockPage(page));
            });
  }

  private static Step<Done> truncateWhole(Inode inode, long start) {
    long[] next = {start};
    return loop(
        () ->
            pagevecLookup(inode.mapping(), next[0], PAGEVEC_SIZE)
                .then(
                    pages ->
                        Step.forEach(
                                pages,
                                page -> {
                                  next[0] = page.index() + 1;
                                  return truncateOne(inode, page);
                                })
                            .map(d -> !pages.isEmpty())));
  }

  /** {@code truncate_inode_page} and {@code truncate_complete_page}. */
  private static Step<Done> truncateOne(Inode inode, Page page) {
    return lockPage(page)
        .then(
            inCache ->
                Step.when(
                    inCache,
                    () ->
                        waitOnPageWriteback(page)
                            .then(
                                () ->
                                    Memory.unmapMappingRange(
                                        inode, page.index() << Page.SHIFT, Page.SIZE))
                            .then(() -> inode.aOps().invalidatepage(inode, page))
                            .then(() -> AddressSpaceActor.clearPageDirtyForIo(page))
                            .then(() -> removeFromPageCache(page.owner(), page))))
        .then(() -> unlockPage(page));
  }

  /**
   * {@code invalidate_mapping_pages}, mm/truncate.c: drops what is clean, not busy and not mapped,
   * waits for nothing and reports nothing.
   */
  public Step<Done> invalidateMappingPages(Inode inode, long start, long end) {
    return function(
        "invalidate_mapping_pages",
        () -> {
          Walk w = new Walk();
          w.next = start;
          return loop(
              () ->
                  w.next > end
                      ? done(false)
                      : pagevecLookup(
                              inode.mapping(),
                              w.next,
                              (int) Math.min(end - w.next + 1, PAGEVEC_SIZE))
                          .then(
                              pages ->
                                  pages.isEmpty()
                                      ? done(false)
                                      : Step.forEach(
                                              pages,
                                              page -> {
                                                w.next = page.index() + 1;
                                                return page.index() > end
                                                    ? done()
                                                    : dropIfIdle(inode, page);
                                              })
                                          .map(x -> true)));
        });
  }

  private Step<Done> dropIfIdle(Inode inode, Page page) {
    return tryLockPage(page)
        .then(
            locked ->
                !locked
                    ? done()
                    : pageFlags(page)
                        .then(
                            flags ->
                                flags.dirty() || flags.writeback() || flags.mapped()
                                    ? done(false)
                                    : invalidateCompletePage2(inode, page, Gfp.NONE))
                        .then(() -> unlockPage(page)));
  }
}
