package diorama.kernel.fs;

import diorama.kernel.sched.Address;
import diorama.kernel.sched.SpinLock;
import diorama.kernel.sched.WaitQueue;
import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct kioctx}: one I/O context with its requests and its ring of events.
 *
 * <p>ctx_lock guards the lists, reqs_active and the ring's tail; ring_lock guards the head; users
 * is atomic. The ring and its indices are those of {@code struct aio_ring}.
 */
final class Kioctx {
  private static final int PAGE_SIZE = 4096;
  private static final int RING_HEADER = 32;
  private static final int EVENT_SIZE = 32;

  /** An event in the ring and the request it is for. */
  record Posted(IoEvent event, Kiocb kiocb) {}

  /** What a reader of events is told. */
  record ReadEvent(Outcome outcome, @Nullable IoEvent event) {
    static final ReadEvent EMPTY = new ReadEvent(Outcome.EMPTY, null);
    static final ReadEvent WOKEN = new ReadEvent(Outcome.WOKEN, null);
    static final ReadEvent SIGNAL = new ReadEvent(Outcome.SIGNAL, null);
  }

  /** How an attempt to read an event ended. */
  enum Outcome {
    EVENT,
    /** There is none, and the reader does not sleep for one. */
    EMPTY,
    /** The reader slept and has to look again. */
    WOKEN,
    /** The reader slept and a signal came. */
    SIGNAL
  }

  final SpinLock ctxLock = new SpinLock();
  final int maxReqs;
  final Mm mm;
  final TreeMap<Long, KiocbContent> activeReqs = new TreeMap<>();
  final ArrayDeque<KiocbContent> runList = new ArrayDeque<>();

  /** Who waits in {@code wait} for reqs_active to become 0: woken all together. */
  final WaitQueue<Boolean> waitForAll = new WaitQueue<>();

  /** Who waits in {@code wait} for an event: exclusive, woken one at a time. */
  final WaitQueue<ReadEvent> readers = new WaitQueue<>();

  int users = 1;
  boolean dead;
  int reqsActive;
  long userId;
  boolean workPending;
  int effectiveMaxReqs;

  private Posted @Nullable [] ring;
  private int nr;
  private int head;
  private int tail;
  private @Nullable Address self;

  Kioctx(int maxReqs, Mm mm) {
    this.maxReqs = maxReqs;
    this.effectiveMaxReqs = maxReqs;
    this.mm = mm;
  }

  void setSelf(Address self) {
    this.self = self;
  }

  Address self() {
    return java.util.Objects.requireNonNull(self);
  }

  /** How many pages the ring for so many requests takes. */
  static int ringPages(int maxReqs) {
    long size = RING_HEADER + (long) EVENT_SIZE * (maxReqs + 2);
    return (int) ((size + PAGE_SIZE - 1) / PAGE_SIZE);
  }

  /** How many events that many pages hold: more than were asked for. */
  static int ringEntries(int pages) {
    return (int) (((long) PAGE_SIZE * pages - RING_HEADER) / EVENT_SIZE);
  }

  /** {@code aio_setup_ring}, once its pages are there. */
  void setupRing(long mmapBase) {
    nr = ringEntries(ringPages(maxReqs));
    ring = new Posted[nr];
    head = 0;
    tail = 0;
    userId = mmapBase;
  }

  /** {@code aio_free_ring}: ring_pages is NULL from here on. */
  void freeRing() {
    ring = null;
    nr = 0;
  }

  /** Whether ring_pages can be followed. */
  boolean hasRing() {
    return ring != null;
  }

  /** {@code aio_ring_avail}: free entries; events not yet read take room. */
  int ringAvail() {
    return (head + nr - 1 - tail) % nr;
  }

  /** How many events the ring holds at most, one less than it has entries. */
  int capacity() {
    return nr - 1;
  }

  /** Stores an event at the tail and moves the tail on. Nothing checks that the head is passed. */
  void post(Posted event) {
    Posted[] entries = java.util.Objects.requireNonNull(ring);
    entries[tail] = event;
    tail = tail + 1 >= nr ? 0 : tail + 1;
  }

  /** The ring_lock section of {@code aio_read_evt}: the event at the head, or null. */
  @Nullable Posted aioReadEvt() {
    Posted[] entries = ring;
    if (entries == null || head == tail) {
      return null;
    }
    Posted event = entries[head];
    head = (head + 1) % nr;
    return event;
  }

  /** {@code waitqueue_active(&ctx->wait)}. */
  boolean waitqueueActive() {
    return waitForAll.isActive() || readers.isActive();
  }

  /** {@code wake_up(&ctx->wait)}: all who are not exclusive, and the first who is. */
  void wakeUp() {
    waitForAll.wakeAll(true);
    readers.wakeOne(ReadEvent.WOKEN);
  }
}
