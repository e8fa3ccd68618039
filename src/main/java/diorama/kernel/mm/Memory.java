package diorama.kernel.mm;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import akka.actor.typed.ActorRef;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.Inode;
import diorama.kernel.mm.PageTables.Entered;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** mm/memory.c: page faults, pages pinned for I/O, and pages taken away from those who map them. */
public final class Memory {
  private final KernelProfile profile;
  private final ActorRef<MmActor.Command> mms;
  private final FilemapFault filemap;

  /**
   * The memory of a machine's processes.
   *
   * @param mms the actor of all {@link MmStruct}
   */
  public Memory(KernelProfile profile, ActorRef<MmActor.Command> mms, Readahead readahead) {
    this.profile = profile;
    this.mms = mms;
    this.filemap = new FilemapFault(profile, readahead);
  }

  /** The actor of all {@link MmStruct}. */
  ActorRef<MmActor.Command> mms() {
    return mms;
  }

  // ---- unmapping ----

  /**
   * {@code unmap_mapping_range}, mm/memory.c:1794 (2.6.20): takes the pages of a part of a file out
   * of all page tables. What was stored through an entry makes its page dirty.
   *
   * @param start first byte
   * @param length bytes
   */
  static Step<Done> unmapMappingRange(Inode inode, long start, long length) {
    return function(
        "unmap_mapping_range",
        () ->
            PageTableCalls.unmapRange(
                inode.mapping(), start >> Page.SHIFT, (start + length - 1) >> Page.SHIFT));
  }

  // ---- faults ----

  /**
   * {@code handle_mm_fault}, mm/memory.c (2.6.20), mmap_sem held for reading.
   *
   * @return false for SIGBUS
   */
  Step<Boolean> handleMmFault(Vma vma, long address, boolean write) {
    long index = vma.index(address);
    return function(
        "__handle_mm_fault",
        () ->
            PageTableCalls.pteOf(vma, index)
                .then(
                    present -> {
                      if (present.page() == null) {
                        return doNoPage(vma, index, write);
                      }
                      return write ? doWpPage(vma, index) : done(true);
                    }));
  }

  /**
   * {@code do_no_page}, mm/memory.c:2152 (2.6.20): finds the page, then enters it.
   *
   * <p>Until d00806b1 (2.6.23) the page is not locked in between. If pages of the file were
   * unmapped meanwhile it is looked for again; but who drops a page that nobody maps unmaps
   * nothing, so that a page may be entered that has left the cache.
   */
  private Step<Boolean> doNoPage(Vma vma, long index, boolean write) {
    boolean[] found = {true};
    return function(
        "do_no_page",
        () ->
            loop(() ->
                    PageTableCalls.truncateCount(vma)
                        .then(
                            sequence ->
                                filemap
                                    .nopage(vma, index)
                                    .then(
                                        page -> {
                                          found[0] = page.page() != null;
                                          return page.page() == null
                                              ? done(false)
                                              : enter(vma, page.page(), write, sequence);
                                        })))
                .then(() -> done(found[0])));
  }

  /** Whether the page has to be looked for again. */
  private Step<Boolean> enter(Vma vma, Page page, boolean write, int sequence) {
    boolean locked = profile.fixed(Fix.FAULT_LOCKS_PAGE);
    return PageTableCalls.enter(vma, page, write, locked ? -1 : sequence)
        .alsoDo(() -> locked ? AddressSpaceActor.unlockPage(page) : done())
        .then(
            entered ->
                Step.when(
                        write && entered == Entered.MAPPED,
                        () -> PageTableCalls.setPageDirtyBuffers(page))
                    .map(d -> entered == Entered.UNMAPPED_MEANWHILE));
  }

  /**
   * {@code do_wp_page}, mm/memory.c (2.6.20), for a page that is shared: the first store after the
   * page was cleaned makes it dirty (d08b3851, 2.6.19).
   */
  private static Step<Boolean> doWpPage(Vma vma, long index) {
    return function(
        "do_wp_page",
        () ->
            PageTableCalls.makeWritable(vma, index)
                .then(
                    page ->
                        page.page() == null
                            ? done(true)
                            : PageTableCalls.setPageDirtyBuffers(page.page()).map(d -> true)));
  }

  // ---- get_user_pages ----

  /** Where a walk over user pages has come to. */
  private static final class Walk {
    final List<Page> pages = new ArrayList<>();
    @Nullable Vma vma;
    long address;
  }

  /**
   * {@code get_user_pages}, mm/memory.c (2.6.20), to read from them: takes mmap_sem as its callers
   * do, and brings in what is not mapped.
   *
   * @param start an address in the first page
   * @param len how many pages at most
   * @return the pages up to the first that cannot be had, each with a reference that the caller
   *     drops
   */
  public Step<List<Page>> getUserPages(MmStruct mm, long start, int len) {
    Walk w = new Walk();
    w.address = start & -Page.SIZE;
    return MmActor.downRead(mms, mm)
        .then(
            () ->
                function(
                    "get_user_pages",
                    () -> loop(() -> w.pages.size() < len ? nextPage(mm, w) : done(false))))
        .alsoDo(() -> MmActor.upRead(mms, mm))
        .map(d -> w.pages);
  }

  private Step<Boolean> nextPage(MmStruct mm, Walk w) {
    Vma before = w.vma;
    if (before != null && w.address < before.end()) {
      return follow(before, w);
    }
    return MmActor.findVma(mms, mm, w.address)
        .then(
            found -> {
              w.vma = found.vma();
              return found.vma() == null ? done(false) : follow(found.vma(), w);
            });
  }

  private Step<Boolean> follow(Vma vma, Walk w) {
    return PageTableCalls.followAndGetPage(vma, vma.index(w.address))
        .then(
            present -> {
              if (present.page() == null) {
                return handleMmFault(vma, w.address, false);
              }
              w.pages.add(present.page());
              w.address += Page.SIZE;
              return done(true);
            });
  }

  /** {@code get_page}: one more reference on a page that has one. */
  public static Step<Done> getPage(Page page) {
    return PageTableCalls.getPage(page);
  }

  /** {@code page_cache_release}. */
  public static Step<Done> putPage(Page page) {
    return PageTableCalls.putPage(page);
  }
}
