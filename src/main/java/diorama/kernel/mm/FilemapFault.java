package diorama.kernel.mm;

import static diorama.kernel.mm.AddressSpaceActor.addToPageCache;
import static diorama.kernel.mm.AddressSpaceActor.findGetPage;
import static diorama.kernel.mm.AddressSpaceActor.lockPage;
import static diorama.kernel.mm.AddressSpaceActor.pageFlags;
import static diorama.kernel.mm.AddressSpaceActor.unlockPage;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.mm.AddressSpaceActor.FoundPage;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/**
 * The fault side of mm/filemap.c: {@code filemap_nopage} (2.6.20) finds the page for an address of
 * a mapping.
 *
 * <p>A page that is not in the cache is read, and with it those around it: {@code ra_pages} of
 * them. No i_mutex is taken, so that pages of a range that is just being written directly come into
 * the cache with what the disk holds.
 */
final class FilemapFault {
  private final KernelProfile profile;
  private final Readahead readahead;

  FilemapFault(KernelProfile profile, Readahead readahead) {
    this.profile = profile;
    this.readahead = readahead;
  }

  /** The locals of one fault. */
  private static final class Fault {
    final Vma vma;
    final long pgoff;
    boolean didReadaround;
    boolean readAgain;
    boolean failed;
    @Nullable Page page;

    Fault(Vma vma, long pgoff) {
      this.vma = vma;
      this.pgoff = pgoff;
    }

    Inode inode() {
      return vma.inode();
    }
  }

  /**
   * {@code filemap_nopage}, mm/filemap.c:1340 (2.6.20), mmap_sem held for reading.
   *
   * @return the page, up to date when it was looked at, and locked since d00806b1; none for SIGBUS:
   *     behind the end of the file, or it cannot be read
   */
  Step<FoundPage> nopage(Vma vma, long pgoff) {
    return function(
        "filemap_nopage",
        () -> {
          Fault f = new Fault(vma, pgoff);
          return loop(() -> tryOnce(f)).then(() -> done(new FoundPage(f.failed ? null : f.page)));
        });
  }

  private Step<Boolean> tryOnce(Fault f) {
    return InodeActor.iSizeRead(f.inode())
        .then(
            isize -> {
              long size = (isize + Page.SIZE - 1) >> Page.SHIFT;
              return f.pgoff >= size ? fail(f) : find(f);
            });
  }

  private static Step<Boolean> fail(Fault f) {
    f.failed = true;
    return done(false);
  }

  private Step<Boolean> find(Fault f) {
    return findGetPage(f.inode().mapping(), f.pgoff)
        .then(found -> found.page() == null ? missing(f) : hit(f, found.page()));
  }

  private Step<Boolean> hit(Fault f, Page page) {
    Step<?> counted =
        f.didReadaround
            ? done()
            : FileRaState.mmapHit(f.inode().mapping(), f.vma.file().readahead());
    return counted.then(() -> useIfUptodate(f, page));
  }

  /** "Do we miss much more than hit in this file? If so, stop bothering with read-ahead." */
  private Step<Boolean> missing(Fault f) {
    return FileRaState.mmapMiss(f.inode().mapping(), f.vma.file().readahead())
        .then(
            worthIt -> {
              long pages = readahead.raPages();
              if (!worthIt || pages == 0) {
                return pageCacheRead(f);
              }
              f.didReadaround = true;
              long start = f.pgoff > pages / 2 ? f.pgoff - pages / 2 : 0;
              return readahead
                  .doPageCacheReadahead(f.inode(), start, pages)
                  .then(() -> findGetPage(f.inode().mapping(), f.pgoff))
                  .then(
                      found ->
                          found.page() == null ? pageCacheRead(f) : useIfUptodate(f, found.page()));
            });
  }

  /** {@code page_cache_read}: one page; then the search begins anew. */
  private static Step<Boolean> pageCacheRead(Fault f) {
    return addToPageCache(f.inode().mapping(), f.pgoff)
        .then(
            added ->
                added.page() == null
                    ? done(0L)
                    : f.inode().aOps().readpage(f.inode(), added.page()))
        .then(error -> error < 0 ? fail(f) : done(true));
  }

  private Step<Boolean> useIfUptodate(Fault f, Page page) {
    if (profile.fixed(Fix.FAULT_LOCKS_PAGE)) {
      return lockAndUse(f, page);
    }
    return pageFlags(page)
        .then(
            flags -> {
              if (flags.uptodate()) {
                f.page = page;
                return done(false);
              }
              return lockAndUse(f, page);
            });
  }

  /** The page lock waits for the end of the read; a page that has left the cache is not used. */
  private Step<Boolean> lockAndUse(Fault f, Page page) {
    return lockPage(page)
        .then(() -> pageFlags(page))
        .then(
            flags -> {
              if (!flags.inCache()) {
                return unlockPage(page).map(x -> true);
              }
              if (flags.uptodate()) {
                f.page = page;
                return profile.fixed(Fix.FAULT_LOCKS_PAGE)
                    ? done(false)
                    : unlockPage(page).map(x -> false);
              }
              return f.readAgain ? unlockPage(page).then(() -> fail(f)) : readAgain(f, page);
            });
  }

  /** "Umm, take care of errors if the page isn't up-to-date. Try to re-read it _once_." */
  private static Step<Boolean> readAgain(Fault f, Page page) {
    f.readAgain = true;
    return Step.current(
            current -> {
              current.handOver(LockClass.PAGE_LOCK);
              return f.inode().aOps().readpage(f.inode(), page);
            })
        .then(error -> error < 0 ? fail(f) : done(true));
  }
}
