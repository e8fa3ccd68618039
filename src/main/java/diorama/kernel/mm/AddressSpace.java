package diorama.kernel.mm;

import akka.actor.typed.ActorRef;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.tracepoint.NeverWritten;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct address_space}: the cached pages of one file with their buffers.
 *
 * <p>tree_lock guards which pages there are and their tags, private_lock the buffer lists; page and
 * buffer flags are atomic bits. Every method is one such section and answers its caller.
 */
public final class AddressSpace {
  private final ActorRef<AddressSpaceActor.Command> self;
  private final Tracer tracer;
  private Page[] pages = new Page[64];
  private final BitSet present = new BitSet();
  private final BitSet dirtyTag = new BitSet();
  private final BitSet writebackTag = new BitSet();
  private int nrpages;
  final PageTables pageTables = new PageTables();
  private final WritebackErrors errors = new WritebackErrors();
  private final DirtiedWhen dirtied = new DirtiedWhen();

  private final FreshPages fresh;

  AddressSpace(ActorRef<AddressSpaceActor.Command> self, Tracer tracer, FreshPages fresh) {
    this.self = self;
    this.tracer = tracer;
    this.fresh = fresh;
  }

  private void trace(String name, Caller<?> caller, diorama.kernel.tracepoint.Subject subject) {
    tracer.emit(Tracepoint.of(name, caller.context(), subject));
  }

  private void traceCount(String name, Context context, BufferHead bh) {
    tracer.emit(Tracepoint.of(name, context, bh, "b_count=%d", bh.count));
  }

  // ---- pages, under tree_lock ----

  /** {@code radix_tree_lookup} under tree_lock: the page, or null. */
  public @Nullable Page findGetPage(long index) {
    return index < pages.length ? pages[(int) index] : null;
  }

  /** {@code add_to_page_cache}: a new locked page, or null if there is one already. */
  public @Nullable Page addToPageCache(Context context, long index) {
    if (findGetPage(index) != null) {
      return null;
    }
    if (index >= pages.length) {
      pages = Arrays.copyOf(pages, (int) Math.max(index + 1, pages.length * 2L));
    }
    Page page = new Page(index, self);
    if (fresh != FreshPages.ZEROED) {
      page.content = NeverWritten.memory(Page.SECTORS);
    }
    page.lock.tryLock(context);
    pages[(int) index] = page;
    present.set((int) index);
    nrpages++;
    tracer.emit(Tracepoint.of("add_to_page_cache", context, page));
    return page;
  }

  /** The tree_lock section of {@code invalidate_complete_page2}: false if the page is dirty. */
  public boolean removeFromPageCache(Caller<?> caller, Page page) {
    if (page.dirty) {
      trace("invalidate_complete_page2: page is dirty", caller, page);
      return false;
    }
    pages[(int) page.index()] = null;
    present.clear((int) page.index());
    dirtyTag.clear((int) page.index());
    writebackTag.clear((int) page.index());
    nrpages--;
    page.inCache = false;
    page.uptodate = false;
    trace("__remove_from_page_cache", caller, page);
    return true;
  }

  /** {@code radix_tree_lookup} of each page of a range, both ends included: those that miss. */
  public List<Long> absent(long first, long last) {
    List<Long> absent = new ArrayList<>();
    for (long index = first; index <= last; index++) {
      if (findGetPage(index) == null) {
        absent.add(index);
      }
    }
    return absent;
  }

  /** {@code pagevec_lookup}: up to {@code max} pages from {@code start} on. */
  public List<Page> lookup(long start, int max) {
    return lookup(present, start, max);
  }

  /** {@code pagevec_lookup_tag(PAGECACHE_TAG_DIRTY)}. */
  public List<Page> lookupDirty(long start, int max) {
    return lookup(dirtyTag, start, max);
  }

  /** {@code pagevec_lookup_tag(PAGECACHE_TAG_WRITEBACK)}. */
  public List<Page> lookupWriteback(long start, int max) {
    return lookup(writebackTag, start, max);
  }

  private List<Page> lookup(BitSet tag, long start, int max) {
    List<Page> found = new ArrayList<>(max);
    for (int i = start > Integer.MAX_VALUE ? -1 : tag.nextSetBit((int) start);
        i >= 0 && found.size() < max;
        i = tag.nextSetBit(i + 1)) {
      found.add(pages[i]);
    }
    return found;
  }

  /** {@code mapping->nrpages}. */
  public int nrpages() {
    return nrpages;
  }

  /** Whether pages here have been dirty for so many rounds that they are old. */
  public boolean dirtyForRounds(long round, long rounds) {
    return dirtied.forRounds(!dirtyTag.isEmpty(), round, rounds);
  }

  // ---- page lock and flags ----

  /**
   * {@code lock_page}, and then {@code page->mapping}, which changes only under the lock: whether
   * the page is still in the cache.
   */
  public void lockPage(Caller<Boolean> caller, Page page) {
    page.lock.lock(caller.context(), slept -> locked(caller, page, slept));
  }

  private static void locked(Caller<Boolean> caller, Page page, boolean slept) {
    if (slept) {
      caller.wake(page.inCache);
    } else {
      caller.answer(page.inCache);
    }
  }

  /** {@code TestSetPageLocked}, the other way round: whether the lock was taken. */
  public boolean tryLockPage(Context context, Page page) {
    return page.lock.tryLock(context);
  }

  /** {@code unlock_page}. */
  public void unlockPage(Page page) {
    page.lock.unlock();
  }

  /** {@code wait_on_page_writeback}. */
  public void waitOnPageWriteback(Caller<Done> caller, Page page) {
    if (page.writeback) {
      page.writebackWaiters.sleep(caller);
    } else {
      caller.answer(Done.DONE);
    }
  }

  /** {@code clear_page_dirty_for_io}: whether the page was dirty. */
  public boolean clearPageDirtyForIo(Page page) {
    boolean was = page.dirty;
    page.dirty = false;
    return was;
  }

  /** {@code set_page_dirty} of a page without buffers, or {@code __set_page_dirty_nobuffers}. */
  public void setPageDirty(Page page) {
    page.dirty = true;
    if (page.inCache) {
      dirtyTag.set((int) page.index());
    }
  }

  /**
   * {@code __set_page_dirty_buffers}, under private_lock: all buffers, then the page; or {@code
   * ext4_journalled_set_page_dirty}, which leaves the buffers to the journal.
   */
  public void setPageDirtyBuffers(Page page) {
    if (fresh == FreshPages.JOURNALLED) {
      page.checked = true;
      setPageDirty(page);
      return;
    }
    for (BufferHead bh : page.buffers) {
      bh.dirty = true;
    }
    setPageDirty(page);
  }

  /** {@code set_page_writeback}: the dirty tag goes with a page that is clean by now. */
  public void setPageWriteback(Page page) {
    page.writeback = true;
    if (page.inCache) {
      writebackTag.set((int) page.index());
      if (!page.dirty) {
        dirtyTag.clear((int) page.index());
      }
    }
  }

  /** {@code end_page_writeback}: wakes who waits for it. */
  public void endPageWriteback(Caller<?> caller, Page page) {
    page.writeback = false;
    if (page.inCache) {
      writebackTag.clear((int) page.index());
    }
    trace("end_page_writeback", caller, page);
    page.writebackWaiters.wakeAll(Done.DONE);
  }

  /** {@code SetPageUptodate}. */
  public void setPageUptodate(Page page) {
    page.uptodate = true;
  }

  /** The page's flags as they are at this moment. */
  public PageFlags flags(Page page) {
    return new PageFlags(
        page.inCache,
        page.uptodate,
        page.dirty,
        page.writeback,
        page.error,
        !page.buffers.isEmpty(),
        page.lock.isLocked(),
        page.mapcount > 0);
  }

  /** Copies user data into the page at a byte offset. */
  public void copyFromUser(Page page, int offset, Content source, long sourceOffset, int bytes) {
    page.content = page.content.withBytes(offset, source, sourceOffset, bytes);
  }

  /** The page's content as it is at this moment. */
  public Content content(Page page) {
    return page.content;
  }

  /** A read from the device put this into a block of the page. */
  public void fill(Page page, int firstSector, Content content) {
    page.content = page.content.with(firstSector, content);
  }

  /** What it remembers of errors of its write-back. */
  WritebackErrors errors() {
    return errors;
  }

  // ---- buffers ----

  /** {@code create_empty_buffers}, or the buffers that the page has. */
  public List<BufferHead> createEmptyBuffers(Page page, int blockSize, boolean uptodate) {
    if (page.buffers.isEmpty()) {
      List<BufferHead> made = new ArrayList<>();
      for (int i = 0; i < Page.SIZE / blockSize; i++) {
        BufferHead bh = new BufferHead(page, i, blockSize);
        bh.uptodate = uptodate || page.uptodate;
        bh.dirty = page.dirty;
        made.add(bh);
      }
      page.buffers = List.copyOf(made);
    }
    return page.buffers;
  }

  /** {@code map_bh}. */
  public void mapBuffer(BufferHead bh, long blocknr, boolean isNew) {
    bh.blocknr = blocknr;
    bh.isNew = isNew;
  }

  /** {@code get_bh}: the new count. */
  public int getBh(Context context, BufferHead bh) {
    bh.count++;
    traceCount("get_bh", context, bh);
    return bh.count;
  }

  /** {@code put_bh}, {@code __brelse}: the new count. */
  public int putBh(Context context, BufferHead bh) {
    if (bh.count == 0) {
      throw new IllegalStateException("put_bh of a free buffer, " + bh.label() + " by " + context);
    }
    bh.count--;
    traceCount("put_bh", context, bh);
    return bh.count;
  }

  /** {@code lock_buffer}. */
  public void lockBuffer(Caller<Done> caller, BufferHead bh) {
    bh.lock.lock(caller);
  }

  /** {@code test_set_buffer_locked}, the other way round: whether the lock was taken. */
  public boolean tryLockBuffer(Context context, BufferHead bh) {
    return bh.lock.tryLock(context);
  }

  /** {@code unlock_buffer}: wakes {@code wait_on_buffer} and the next {@code lock_buffer}. */
  public void unlockBuffer(Caller<?> caller, BufferHead bh) {
    bh.lock.unlock();
    trace("unlock_buffer", caller, bh);
    if (!bh.lock.isLocked()) {
      bh.waiters.wakeAll(bh.uptodate);
    }
  }

  /** {@code wait_on_buffer}: answers {@code buffer_uptodate}. */
  public void waitOnBuffer(Caller<Boolean> caller, BufferHead bh) {
    if (bh.lock.isLocked()) {
      trace("wait_on_buffer", caller, bh);
      bh.waiters.sleep(caller);
    } else {
      caller.answer(bh.uptodate);
    }
  }

  /** {@code mark_buffer_dirty}: sets the page's dirty flag and tag as well. */
  public void markBufferDirty(BufferHead bh) {
    if (!bh.dirty) {
      bh.dirty = true;
      setPageDirty(bh.page());
    }
  }

  /** {@code test_clear_buffer_dirty}. */
  public boolean testClearBufferDirty(BufferHead bh) {
    boolean was = bh.dirty;
    bh.dirty = false;
    return was;
  }

  /** {@code mark_buffer_async_write}. */
  public void markBufferAsyncWrite(BufferHead bh) {
    bh.asyncWrite = true;
  }

  /** {@code set_buffer_uptodate} or {@code clear_buffer_uptodate}. */
  public void setBufferUptodate(BufferHead bh, boolean uptodate) {
    bh.uptodate = uptodate;
  }

  /** A write of the buffer failed: BH_Write_EIO, AS_EIO and PG_error. */
  public void writeFailed(BufferHead bh) {
    bh.writeError = true;
    bh.uptodate = false;
    bh.page().error = true;
    errors.set();
  }

  /** The buffer's flags as they are at this moment. */
  public BufferFlags flags(BufferHead bh) {
    return new BufferFlags(
        bh.uptodate, bh.dirty, bh.lock.isLocked(), bh.isNew, bh.blocknr, bh.count);
  }

  /**
   * The locked part of {@code end_buffer_async_write}: the buffer is unlocked.
   *
   * @return whether this was the last buffer of its page under write-back
   */
  public boolean endBufferAsyncWrite(Caller<?> caller, BufferHead bh) {
    bh.asyncWrite = false;
    unlockBuffer(caller, bh);
    for (BufferHead other : bh.page().buffers) {
      if (other.asyncWrite) {
        return false;
      }
    }
    return true;
  }

  /** {@code set_buffer_write_io_error}, and the buffer is not up to date any more. */
  public void setBufferWriteIoError(BufferHead bh) {
    bh.writeError = true;
    bh.uptodate = false;
  }

  /**
   * {@code test_set_buffer_req}, which clears an old write error when the buffer is written again.
   */
  public BufferImage setBufferReq(BufferHead bh, boolean write) {
    if (bh.req && write) {
      bh.writeError = false;
    }
    bh.req = true;
    int sectors = bh.size() / 512;
    return new BufferImage(bh.blocknr, bh.page().content.slice(bh.number() * sectors, sectors));
  }

  /** {@code mark_buffer_async_read}. */
  public void markBufferAsyncRead(BufferHead bh) {
    bh.asyncRead = true;
  }

  /**
   * The locked part of {@code end_buffer_async_read}: the buffer is unlocked.
   *
   * @return whether this was the last buffer of its page that was being read
   */
  public boolean endBufferAsyncRead(Caller<?> caller, BufferHead bh) {
    bh.asyncRead = false;
    unlockBuffer(caller, bh);
    boolean pageUptodate = true;
    for (BufferHead other : bh.page().buffers) {
      if (other.asyncRead) {
        return false;
      }
      pageUptodate &= other.uptodate;
    }
    if (pageUptodate && !bh.page().error) {
      bh.page().uptodate = true;
    }
    return true;
  }

  /** {@code SetPageError}. */
  public void setPageError(Page page) {
    page.error = true;
  }

  /** {@code ClearPageUptodate}. */
  public void clearPageUptodate(Page page) {
    page.uptodate = false;
  }

  /**
   * {@code try_to_free_buffers}: {@code drop_buffers} under private_lock, which fails if any buffer
   * of the page is referenced, dirty or locked.
   */
  public boolean tryToFreeBuffers(Caller<?> caller, Page page) {
    if (page.writeback) {
      return false;
    }
    for (BufferHead bh : page.buffers) {
      if (bh.writeError) {
        errors.set();
      }
      if (bh.count != 0 || bh.dirty || bh.lock.isLocked()) {
        tracer.emit(
            new Tracepoint(
                "drop_buffers: busy",
                caller.context(),
                page,
                bh,
                "b_count=%1$d state=%2$d",
                bh.count,
                (bh.dirty ? 1 : 0) | (bh.lock.isLocked() ? 2 : 0)));
        return false;
      }
    }
    trace("drop_buffers", caller, page);
    page.buffers = List.of();
    page.dirty = false;
    dirtyTag.clear((int) page.index());
    return true;
  }

  /** Whether no page is locked, under write-back or under direct I/O, and no buffer is locked. */
  public boolean atRest() {
    for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
      Page page = pages[i];
      if (page.lock.isLocked() || page.writeback || page.pins != 0) {
        return false;
      }
      for (BufferHead bh : page.buffers) {
        if (bh.lock.isLocked()) {
          return false;
        }
      }
    }
    return true;
  }
}
