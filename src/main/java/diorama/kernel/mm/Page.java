package diorama.kernel.mm;

import akka.actor.typed.ActorRef;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.SleepingLock;
import diorama.kernel.sched.WaitQueue;
import diorama.kernel.tracepoint.Subject;
import java.util.List;

/**
 * {@code struct page} of the page cache, as a pointer that contexts hand around.
 *
 * <p>Everything that changes is guarded by its {@link AddressSpace} and touched by that object's
 * actor only. Of the page's references only those of pages under direct I/O are counted: since
 * bd4c8ce4 (2.6.19) invalidation ignores them all, and memory is not reclaimed under a user here.
 */
public final class Page implements Subject {
  /** Bytes in a page, {@code PAGE_CACHE_SIZE}. */
  public static final int SIZE = 4096;

  /** log2 of {@link #SIZE}. */
  public static final int SHIFT = 12;

  /** 512-byte sectors in a page. */
  public static final int SECTORS = SIZE / 512;

  private final long index;
  private final ActorRef<AddressSpaceActor.Command> owner;

  final SleepingLock lock = new SleepingLock();
  final WaitQueue<Done> writebackWaiters = new WaitQueue<>();
  boolean inCache = true;
  boolean uptodate;
  boolean dirty;
  boolean writeback;
  boolean error;

  /** {@code PG_checked}: with data=journal, dirtied through a mapping and not journalled yet. */
  boolean checked;

  /** {@code _mapcount} plus one: how many page table entries lead here. */
  int mapcount;

  /** {@code _count}, as far as get_user_pages and what comes of it hold it. */
  int pins;

  List<BufferHead> buffers = List.of();
  Content content = Content.zeros(SECTORS);

  Page(long index, ActorRef<AddressSpaceActor.Command> owner) {
    this.index = index;
    this.owner = owner;
  }

  /** {@code page->index}: which page of the file, counted from 0. */
  public long index() {
    return index;
  }

  /**
   * {@code page_buffers}: may be read by the context that holds the page lock, or a reference on
   * one of the buffers, since it changes only where nobody has either. Empty if the page has none.
   */
  public List<BufferHead> buffers() {
    return buffers;
  }

  ActorRef<AddressSpaceActor.Command> owner() {
    return owner;
  }

  @Override
  public Kind kind() {
    return Kind.PAGE;
  }

  @Override
  public String label() {
    return "page " + index;
  }

  @Override
  public long fingerprint() {
    return index;
  }
}
