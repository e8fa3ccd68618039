package diorama.kernel.mm;

import akka.actor.typed.ActorRef;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.SleepingLock;
import diorama.kernel.sched.WaitQueue;
import diorama.kernel.tracepoint.Subject;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct buffer_head}, as a pointer that contexts hand around.
 *
 * <p>{@code b_state} and {@code b_count} are atomic words of the kernel that no lock covers; here
 * they are touched by the actor of the {@link AddressSpace} only, one request for each atomic
 * operation. What jbd keeps with a buffer ({@code b_private}) lives in the journal.
 */
public final class BufferHead implements Subject {
  private final Page page;
  private final int number;
  private final int size;

  final SleepingLock lock = new SleepingLock();
  final WaitQueue<Boolean> waiters = new WaitQueue<>();
  long blocknr = -1;
  int count;
  boolean uptodate;
  boolean dirty;
  boolean isNew;
  boolean asyncWrite;
  boolean asyncRead;
  boolean req;
  boolean writeError;
  @Nullable Context lockOwner;
  private @Nullable Object bPrivate;

  BufferHead(Page page, int number, int size) {
    this.page = page;
    this.number = number;
    this.size = size;
  }

  /** {@code b_page}. */
  public Page page() {
    return page;
  }

  /** Which buffer of its page, counted from 0. */
  public int number() {
    return number;
  }

  /** {@code b_size}, in bytes. */
  public int size() {
    return size;
  }

  /** The actor of the page cache that the buffer belongs to. */
  public ActorRef<AddressSpaceActor.Command> owner() {
    return page.owner();
  }

  /**
   * {@code b_private}: what a journal keeps with the buffer. Touched by the journal's actor only.
   */
  public @Nullable Object bPrivate() {
    return bPrivate;
  }

  /** Sets {@code b_private}. */
  public void setBPrivate(Object value) {
    bPrivate = value;
  }

  @Override
  public Kind kind() {
    return Kind.BUFFER;
  }

  @Override
  public String label() {
    return page.label() + (number == 0 ? " bh" : " bh " + number);
  }

  @Override
  public long fingerprint() {
    return page.index() << Short.SIZE | number;
  }
}
