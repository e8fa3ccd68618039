package diorama.kernel.mm;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Step.Waiting;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The actor of an {@link AddressSpace}: its protocol, and the step that makes each call. */
public final class AddressSpaceActor {
  private AddressSpaceActor() {}

  /** An empty page cache. */
  public static Behavior<Command> create(Tracer tracer) {
    return create(tracer, FreshPages.ZEROED);
  }

  /** An empty page cache of a file system that cares what is in a new page. */
  public static Behavior<Command> create(Tracer tracer, FreshPages fresh) {
    return Behaviors.setup(
        actor -> ObjectActor.of(new AddressSpace(actor.getSelf(), tracer, fresh)));
  }

  /** What an address space is asked: each is one atomic operation or one section under a lock. */
  public sealed interface Command extends Request<AddressSpace> {}

  /** A section that stands in a file with others of its kind. */
  non-sealed interface Section extends Command {}

  /** A page, or none. */
  public record FoundPage(@Nullable Page page) {}

  record FindGetPage(Caller<FoundPage> caller, long index) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(new FoundPage(m.findGetPage(index)));
    }
  }

  record AddToPageCache(Caller<FoundPage> caller, long index) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(new FoundPage(m.addToPageCache(caller.context(), index)));
    }
  }

  record Absent(Caller<List<Long>> caller, long first, long last) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.absent(first, last));
    }
  }

  record RemoveFromPageCache(Caller<Boolean> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.removeFromPageCache(caller, page));
    }
  }

  record Lookup(Caller<List<Page>> caller, long start, int max) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.lookup(start, max));
    }
  }

  record LookupDirty(Caller<List<Page>> caller, long start, int max) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.lookupDirty(start, max));
    }
  }

  record LookupWriteback(Caller<List<Page>> caller, long start, int max) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.lookupWriteback(start, max));
    }
  }

  record Nrpages(Caller<Integer> caller) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.nrpages());
    }
  }

  record DirtyForRounds(Caller<Boolean> caller, long round, long rounds) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.dirtyForRounds(round, rounds));
    }
  }

  record TestClearError(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.errors().testAndClearEio());
    }
  }

  record SetError(Caller<Done> caller) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.errors().set();
      caller.answer(Done.DONE);
    }
  }

  record AtRest(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.atRest());
    }
  }

  record LockPage(Caller<Boolean> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.lockPage(caller, page);
    }
  }

  record TryLockPage(Caller<Boolean> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.tryLockPage(caller.context(), page));
    }
  }

  record UnlockPage(Caller<Done> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.unlockPage(page);
      caller.answer(Done.DONE);
    }
  }

  record WaitOnPageWriteback(Caller<Done> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.waitOnPageWriteback(caller, page);
    }
  }

  record ClearPageDirtyForIo(Caller<Boolean> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.clearPageDirtyForIo(page));
    }
  }

  record SetPageDirty(Caller<Done> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.setPageDirty(page);
      caller.answer(Done.DONE);
    }
  }

  record SetPageWriteback(Caller<Done> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.setPageWriteback(page);
      caller.answer(Done.DONE);
    }
  }

  record EndPageWriteback(Caller<Done> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.endPageWriteback(caller, page);
      caller.answer(Done.DONE);
    }
  }

  record SetPageUptodate(Caller<Done> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.setPageUptodate(page);
      caller.answer(Done.DONE);
    }
  }

  record ReadPageFlags(Caller<PageFlags> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.flags(page));
    }
  }

  record CopyFromUser(
      Caller<Done> caller, Page page, int offset, Content source, long sourceOffset, int bytes)
      implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.copyFromUser(page, offset, source, sourceOffset, bytes);
      caller.answer(Done.DONE);
    }
  }

  record ReadContent(Caller<Content> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.content(page));
    }
  }

  record Fill(Caller<Done> caller, Page page, int firstSector, Content content) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.fill(page, firstSector, content);
      caller.answer(Done.DONE);
    }
  }

  record SetPageError(Caller<Done> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.setPageError(page);
      caller.answer(Done.DONE);
    }
  }

  record ClearPageUptodate(Caller<Done> caller, Page page) implements Command {
    @Override
    public void execute(AddressSpace m) {
      m.clearPageUptodate(page);
      caller.answer(Done.DONE);
    }
  }

  /** {@code find_get_page}. */
  public static Step<FoundPage> findGetPage(ActorRef<Command> mapping, long index) {
    return Step.call(mapping, c -> new FindGetPage(c, index));
  }

  /** {@code add_to_page_cache_lru}: a new page, locked; none if another context was faster. */
  public static Step<FoundPage> addToPageCache(ActorRef<Command> mapping, long index) {
    return Step.call(mapping, c -> new AddToPageCache(c, index));
  }

  /**
   * The lookups of {@code __do_page_cache_readahead}: which pages of a range, both ends included,
   * are not there. They only save work; whether a page comes in is decided when it is added.
   */
  public static Step<List<Long>> absentPages(ActorRef<Command> mapping, long first, long last) {
    return Step.call(mapping, c -> new Absent(c, first, last));
  }

  /** The tree_lock section of {@code invalidate_complete_page2}. */
  public static Step<Boolean> removeFromPageCache(ActorRef<Command> mapping, Page page) {
    return Step.call(mapping, c -> new RemoveFromPageCache(c, page));
  }

  /** {@code pagevec_lookup}. */
  public static Step<List<Page>> pagevecLookup(ActorRef<Command> mapping, long start, int max) {
    return Step.call(mapping, c -> new Lookup(c, start, max));
  }

  /** {@code pagevec_lookup_tag(PAGECACHE_TAG_DIRTY)}. */
  public static Step<List<Page>> pagevecLookupDirty(
      ActorRef<Command> mapping, long start, int max) {
    return Step.call(mapping, c -> new LookupDirty(c, start, max));
  }

  /** {@code pagevec_lookup_tag(PAGECACHE_TAG_WRITEBACK)}. */
  public static Step<List<Page>> pagevecLookupWriteback(
      ActorRef<Command> mapping, long start, int max) {
    return Step.call(mapping, c -> new LookupWriteback(c, start, max));
  }

  /** Reads {@code mapping->nrpages}. */
  public static Step<Integer> nrpages(ActorRef<Command> mapping) {
    return Step.call(mapping, Nrpages::new);
  }

  /** Whether pages have been dirty for so many rounds of write-back that they are old. */
  public static Step<Boolean> dirtyForRounds(ActorRef<Command> mapping, long round, long rounds) {
    return Step.call(mapping, c -> new DirtyForRounds(c, round, rounds));
  }

  /** {@code test_and_clear_bit(AS_EIO, &mapping->flags)}. */
  public static Step<Boolean> testClearError(ActorRef<Command> mapping) {
    return Step.call(mapping, TestClearError::new);
  }

  /** {@code set_bit(AS_EIO, &mapping->flags)}. */
  public static Step<Done> setError(ActorRef<Command> mapping) {
    return Step.call(mapping, SetError::new);
  }

  /** Whether nothing is locked or under write-back. */
  public static Step<Boolean> atRest(ActorRef<Command> mapping) {
    return Step.call(mapping, AtRest::new);
  }

  /** {@code lock_page}: whether the page is still in the cache, {@code page->mapping}. */
  public static Step<Boolean> lockPage(Page page) {
    return Step.acquire(
        LockClass.PAGE_LOCK, Waiting.UNINTERRUPTIBLE, page.owner(), c -> new LockPage(c, page));
  }

  /** {@code TestSetPageLocked}, the other way round: true if the lock was taken. */
  public static Step<Boolean> tryLockPage(Page page) {
    return Step.call(page.owner(), c -> new TryLockPage(c, page));
  }

  /** {@code unlock_page}. */
  public static Step<Done> unlockPage(Page page) {
    return Step.release(LockClass.PAGE_LOCK, page.owner(), c -> new UnlockPage(c, page));
  }

  /** {@code wait_on_page_writeback}. */
  public static Step<Done> waitOnPageWriteback(Page page) {
    return Step.sleepingCall(page.owner(), c -> new WaitOnPageWriteback(c, page));
  }

  /** {@code clear_page_dirty_for_io}: whether it was dirty. */
  public static Step<Boolean> clearPageDirtyForIo(Page page) {
    return Step.call(page.owner(), c -> new ClearPageDirtyForIo(c, page));
  }

  /** {@code __set_page_dirty_nobuffers}; also what redirties a page. */
  public static Step<Done> setPageDirty(Page page) {
    return Step.call(page.owner(), c -> new SetPageDirty(c, page));
  }

  /** {@code set_page_writeback}. */
  public static Step<Done> setPageWriteback(Page page) {
    return Step.call(page.owner(), c -> new SetPageWriteback(c, page));
  }

  /** {@code end_page_writeback}. */
  public static Step<Done> endPageWriteback(Page page) {
    return Step.call(page.owner(), c -> new EndPageWriteback(c, page));
  }

  /** {@code SetPageUptodate}. */
  public static Step<Done> setPageUptodate(Page page) {
    return Step.call(page.owner(), c -> new SetPageUptodate(c, page));
  }

  /** Reads the page's flags word. */
  public static Step<PageFlags> pageFlags(Page page) {
    return Step.call(page.owner(), c -> new ReadPageFlags(c, page));
  }

  /** {@code filemap_copy_from_user}. */
  public static Step<Done> copyFromUser(
      Page page, int offset, Content source, long sourceOffset, int bytes) {
    return Step.call(
        page.owner(), c -> new CopyFromUser(c, page, offset, source, sourceOffset, bytes));
  }

  /** What the page holds now. */
  public static Step<Content> content(Page page) {
    return Step.call(page.owner(), c -> new ReadContent(c, page));
  }

  /** DMA from the device into the page. */
  public static Step<Done> fill(Page page, int firstSector, Content content) {
    return Step.call(page.owner(), c -> new Fill(c, page, firstSector, content));
  }

  /** {@code create_empty_buffers} where there are none; {@code page_buffers}. */
  public static Step<List<BufferHead>> createEmptyBuffers(
      Page page, int blockSize, boolean uptodate) {
    return Step.current(
        current ->
            page.buffers().isEmpty()
                ? Step.call(
                    page.owner(),
                    c -> new BufferSections.CreateEmptyBuffers(c, page, blockSize, uptodate))
                : Step.done(page.buffers()));
  }

  /** {@code page_buffers}, for the holder of the page lock: empty if the page has none. */
  public static Step<List<BufferHead>> pageBuffers(Page page) {
    return Step.current(current -> Step.done(page.buffers()));
  }

  /** {@code try_to_free_buffers}. */
  public static Step<Boolean> tryToFreeBuffers(Page page) {
    return Step.call(page.owner(), c -> new BufferSections.TryToFreeBuffers(c, page));
  }

  /** {@code map_bh}. */
  public static Step<Done> mapBuffer(BufferHead bh, long blocknr, boolean isNew) {
    return Step.call(bh.owner(), c -> new BufferSections.MapBuffer(c, bh, blocknr, isNew));
  }

  /** {@code get_bh}: the new count. */
  public static Step<Integer> getBh(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.GetBh(c, bh));
  }

  /** {@code put_bh}, {@code __brelse}: the new count. */
  public static Step<Integer> putBh(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.PutBh(c, bh));
  }

  /** {@code lock_buffer}. */
  public static Step<Done> lockBuffer(BufferHead bh) {
    return Step.sleepingCall(bh.owner(), c -> new BufferSections.LockBuffer(c, bh));
  }

  /** {@code test_set_buffer_locked}, the other way round: true if the lock was taken. */
  public static Step<Boolean> tryLockBuffer(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.TryLockBuffer(c, bh));
  }

  /** {@code unlock_buffer}. */
  public static Step<Done> unlockBuffer(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.UnlockBuffer(c, bh));
  }

  /** {@code wait_on_buffer}: answers {@code buffer_uptodate}. */
  public static Step<Boolean> waitOnBuffer(BufferHead bh) {
    return Step.sleepingCall(bh.owner(), c -> new BufferSections.WaitOnBuffer(c, bh));
  }

  /** {@code mark_buffer_dirty}. */
  public static Step<Done> markBufferDirty(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.MarkBufferDirty(c, bh));
  }

  /** {@code test_clear_buffer_dirty}. */
  public static Step<Boolean> testClearBufferDirty(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.TestClearBufferDirty(c, bh));
  }

  /** {@code mark_buffer_async_write}. */
  public static Step<Done> markBufferAsyncWrite(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.MarkBufferAsyncWrite(c, bh));
  }

  /** {@code set_buffer_uptodate}, {@code clear_buffer_uptodate}. */
  public static Step<Done> setBufferUptodate(BufferHead bh, boolean uptodate) {
    return Step.call(bh.owner(), c -> new BufferSections.SetBufferUptodate(c, bh, uptodate));
  }

  /** BH_Write_EIO, AS_EIO and PG_error after a failed write. */
  public static Step<Done> writeFailed(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.WriteFailed(c, bh));
  }

  /** Reads {@code b_state} and {@code b_count}. */
  public static Step<BufferFlags> bufferFlags(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.ReadBufferFlags(c, bh));
  }

  /** The locked part of {@code end_buffer_async_write}: whether the page is through. */
  public static Step<Boolean> endBufferAsyncWrite(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.EndBufferAsyncWrite(c, bh));
  }

  /** {@code set_buffer_write_io_error} and {@code clear_buffer_uptodate}. */
  public static Step<Done> setBufferWriteIoError(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.SetBufferWriteIoError(c, bh));
  }

  /** {@code test_set_buffer_req}: answers what the bio is made of. */
  public static Step<BufferImage> setBufferReq(BufferHead bh, boolean write) {
    return Step.call(bh.owner(), c -> new BufferSections.SetBufferReq(c, bh, write));
  }

  /** {@code mark_buffer_async_read}. */
  public static Step<Done> markBufferAsyncRead(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.MarkBufferAsyncRead(c, bh));
  }

  /** The locked part of {@code end_buffer_async_read}: whether the page is through. */
  public static Step<Boolean> endBufferAsyncRead(BufferHead bh) {
    return Step.call(bh.owner(), c -> new BufferSections.EndBufferAsyncRead(c, bh));
  }

  /** {@code SetPageError}. */
  public static Step<Done> setPageError(Page page) {
    return Step.call(page.owner(), c -> new SetPageError(c, page));
  }

  /** {@code ClearPageUptodate}. */
  public static Step<Done> clearPageUptodate(Page page) {
    return Step.call(page.owner(), c -> new ClearPageUptodate(c, page));
  }
}
