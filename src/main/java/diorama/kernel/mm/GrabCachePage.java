package diorama.kernel.mm;

import static diorama.kernel.mm.AddressSpaceActor.addToPageCache;
import static diorama.kernel.mm.AddressSpaceActor.findGetPage;
import static diorama.kernel.mm.AddressSpaceActor.lockPage;
import static diorama.kernel.mm.AddressSpaceActor.unlockPage;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.fs.Inode;
import diorama.kernel.sched.Step;

/**
 * What {@code __grab_cache_page} of 2.6 and {@code grab_cache_page_write_begin} of 4.x do, both in
 * mm/filemap.c. Runs in the calling process.
 */
final class GrabCachePage {
  private GrabCachePage() {}

  /** The page, locked, made if it was not there. */
  static Step<Page> locked(Inode inode, long index) {
    Page[] grabbed = new Page[1];
    return loop(() ->
            findGetPage(inode.mapping(), index)
                .then(
                    found ->
                        found.page() == null
                            ? addNewPage(inode, index, grabbed)
                            : lockIfStillThere(found.page(), grabbed)))
        .map(x -> grabbed[0]);
  }

  private static Step<Boolean> addNewPage(Inode inode, long index, Page[] grabbed) {
    return addToPageCache(inode.mapping(), index)
        .map(
            added -> {
              if (added.page() == null) {
                return true;
              }
              grabbed[0] = added.page();
              return false;
            });
  }

  private static Step<Boolean> lockIfStillThere(Page page, Page[] grabbed) {
    return lockPage(page)
        .then(
            inCache -> {
              if (!inCache) {
                return unlockPage(page).map(x -> true);
              }
              grabbed[0] = page;
              return done(false);
            });
  }
}
