package diorama.kernel.mm;

import static diorama.kernel.mm.AddressSpaceActor.absentPages;
import static diorama.kernel.mm.AddressSpaceActor.addToPageCache;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * mm/readahead.c (2.6.20): pages are read before they are asked for.
 *
 * <p>Whoever reads gets a window of pages that grows while the reads are sequential, and a second
 * one ahead of it. Pages come into the cache without i_mutex, as the disk has them. The on-demand
 * readahead of 2.6.23 opens its windows by other rules; here all kernels have those of 2.6.20.
 * Congestion of the device does not stop it.
 */
public final class Readahead {
  /** {@code VM_MIN_READAHEAD}: 16 KiB. */
  private static final long MIN_PAGES = 4;

  /** {@code VM_MAX_CACHE_HIT}. */
  private static final long MAX_CACHE_HIT = 256;

  private final long raPages;

  /**
   * Readahead of a device.
   *
   * @param raPages {@code backing_dev_info->ra_pages}: how many pages a window has at most; 0 for
   *     none
   */
  public Readahead(long raPages) {
    this.raPages = raPages;
  }

  /** {@code ra_pages}. */
  long raPages() {
    return raPages;
  }

  /**
   * {@code do_page_cache_readahead}, mm/readahead.c:375 (2.6.20): brings the pages of a range that
   * are not there into the cache and starts reading them.
   *
   * @return how many
   */
  Step<Integer> doPageCacheReadahead(Inode inode, long offset, long nrToRead) {
    return function(
        "__do_page_cache_readahead",
        () ->
            InodeActor.iSizeRead(inode)
                .then(
                    isize -> {
                      long end = Math.min(offset + nrToRead - 1, (isize - 1) >> Page.SHIFT);
                      return isize == 0 || end < offset
                          ? done(0)
                          : absentPages(inode.mapping(), offset, end)
                              .then(absent -> readPages(inode, absent));
                    }));
  }

  /** {@code read_pages}: errors are left to whoever asks for the page. */
  private static Step<Integer> readPages(Inode inode, List<Long> absent) {
    if (absent.isEmpty()) {
      return done(0);
    }
    List<Page> added = new ArrayList<>();
    return Step.forEach(
            absent,
            index ->
                addToPageCache(inode.mapping(), index)
                    .map(
                        page -> {
                          if (page.page() != null) {
                            added.add(page.page());
                          }
                          return true;
                        }))
        .then(() -> added.isEmpty() ? done(0L) : inode.aOps().readpages(inode, added))
        .map(ignored -> absent.size());
  }

  /**
   * {@code page_cache_readahead}, mm/readahead.c:452 (2.6.20).
   *
   * @param ra the reader's copy
   * @param first the page that is read now
   * @param request how many pages are read from it on
   * @return the page at which it wants to be called again
   */
  Step<Long> pageCacheReadahead(Inode inode, FileRaState ra, long first, long request) {
    return function(
        "page_cache_readahead",
        () -> {
          boolean again = first == ra.prevPage;
          long size = again ? request - 1 : request;
          long offset = again && size > 0 ? first + 1 : first;
          boolean sequential = offset == ra.prevPage + 1;
          ra.prevPage = offset;
          long newsize = Math.min(size, raPages);
          if (newsize == 0 || ra.inCache) {
            return done(offset + 1);
          }
          ra.prevPage += newsize - 1;
          return window(inode, ra, offset, size, newsize, sequential)
              .then(() -> done(ra.prevPage + 1));
        });
  }

  private Step<?> window(
      Inode inode, FileRaState ra, long offset, long size, long newsize, boolean sequential) {
    if (sequential && ra.size == 0) {
      ra.size = getInitRaSize(newsize);
      ra.start = offset;
      return read(inode, offset, ra.size, ra)
          .then(ok -> ok && size >= raPages ? makeAheadWindow(inode, ra) : done(ok));
    }
    if (!sequential) {
      ra.off();
      return read(inode, offset, newsize, ra);
    }
    if (ra.aheadStart != 0) {
      return crossed(inode, ra);
    }
    return aheadWindow(inode, ra).then(ok -> ok ? crossed(inode, ra) : done(false));
  }

  /** Whoever has come into the ahead window makes it the current one, and gets another. */
  private Step<Boolean> crossed(Inode inode, FileRaState ra) {
    if (ra.prevPage < ra.aheadStart) {
      return done(true);
    }
    ra.start = ra.aheadStart;
    ra.size = ra.aheadSize;
    return aheadWindow(inode, ra)
        .map(
            ok -> {
              if (ok) {
                ra.prevPage = Math.min(ra.prevPage, ra.aheadStart + ra.aheadSize - 1);
              }
              return ok;
            });
  }

  /** One that nobody insists on: if its pages are all there, there is none. */
  private Step<Boolean> aheadWindow(Inode inode, FileRaState ra) {
    return makeAheadWindow(inode, ra)
        .map(
            ok -> {
              if (!ok) {
                ra.aheadStart = 0;
                ra.aheadSize = 0;
              }
              return ok;
            });
  }

  /** {@code make_ahead_window}. */
  private Step<Boolean> makeAheadWindow(Inode inode, FileRaState ra) {
    ra.aheadSize = getNextRaSize(ra);
    ra.aheadStart = ra.start + ra.size;
    return read(inode, ra.aheadStart, ra.aheadSize, ra);
  }

  /** {@code blockable_page_cache_readahead} and {@code check_ra_success}. */
  private Step<Boolean> read(Inode inode, long offset, long pages, FileRaState ra) {
    return doPageCacheReadahead(inode, offset, pages).map(actual -> success(ra, pages, actual));
  }

  private static boolean success(FileRaState ra, long pages, int actual) {
    if (actual != 0) {
      ra.cacheHit = 0;
      return true;
    }
    ra.cacheHit += pages;
    if (ra.cacheHit < MAX_CACHE_HIT) {
      return true;
    }
    ra.off();
    ra.inCache = true;
    return false;
  }

  /** {@code get_init_ra_size}. */
  private long getInitRaSize(long size) {
    long rounded = Long.highestOneBit(2 * size - 1);
    if (rounded <= raPages / 32) {
      return rounded * 4;
    }
    return rounded <= raPages / 4 ? rounded * 2 : raPages;
  }

  /** {@code get_next_ra_size}. */
  private long getNextRaSize(FileRaState ra) {
    long next;
    if (ra.miss) {
      ra.miss = false;
      next = Math.max(ra.size - 2, MIN_PAGES);
    } else {
      next = ra.size < raPages / 16 ? 4 * ra.size : 2 * ra.size;
    }
    return Math.min(next, raPages);
  }
}
