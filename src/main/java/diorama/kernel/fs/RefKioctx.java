package diorama.kernel.fs;

import diorama.kernel.fs.Kioctx.Posted;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.WaitQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct kioctx} since the percpu references of 3.12.
 *
 * <p>{@code users} says who may look it up, {@code reqs} counts the requests in flight; whoever
 * drops the last of each goes on with what is to be done then. completion_lock guards the tail and
 * completed_events, ring_lock the head. A slot that a request has taken is free again when its
 * event has been taken out of the ring, not before: reqs_available cannot run ahead of the ring.
 *
 * <p>reqs_available is one number here. The kernel lets each CPU keep some of it, which is why it
 * makes the ring twice as large as it was asked to.
 */
final class RefKioctx {
  /** {@code num_possible_cpus}; assumed. */
  static final int POSSIBLE_CPUS = 4;

  final Mm mm;

  /** {@code max_reqs}: what aio_nr is charged with; since 2a8a9867 (4.14) what was asked for. */
  final int maxReqs;

  /** Who sleeps in {@code wait} for an event; all are woken. */
  final WaitQueue<ReadEvents.Round> wait = new WaitQueue<>();

  int users = 2;
  int reqs = 2;
  boolean dead;
  @Nullable CtxRqWait rqWait;
  long userId;

  private @Nullable Address self;
  private @Nullable ArrayDeque<Posted> ring;
  private int nrEvents;
  private int reqsAvailable;
  private int completedEvents;

  /** Who waits in io_destroy or exit_aio until the requests of so many contexts are done. */
  static final class CtxRqWait {
    int count;
    @Nullable Caller<Done> waiter;

    CtxRqWait(int count) {
      this.count = count;
    }
  }

  /**
   * A context as {@code ioctx_alloc} makes it: a reference on users for io_setup, and one on reqs
   * for free_ioctx_users, each beside the first.
   *
   * @param maxReqs what {@link #nrEvents} makes of what was asked for
   */
  RefKioctx(int maxReqs, Mm mm) {
    this.maxReqs = maxReqs;
    this.mm = mm;
  }

  void setSelf(Address self) {
    this.self = self;
  }

  Address self() {
    return java.util.Objects.requireNonNull(self);
  }

  /** How many events {@code ioctx_alloc} makes room for when a program asks for so many. */
  static long nrEvents(long asked) {
    return Math.max(asked, 4 * POSSIBLE_CPUS) * 2;
  }

  /** {@code aio_setup_ring}, once its pages are there. */
  void setupRing(long mmapBase) {
    nrEvents = Kioctx.ringEntries(Kioctx.ringPages(maxReqs));
    reqsAvailable = nrEvents - 1;
    ring = new ArrayDeque<>();
    userId = mmapBase;
  }

  /** {@code aio_free_ring}. */
  void freeRing() {
    ring = null;
  }

  boolean hasRing() {
    return ring != null;
  }

  /** {@code get_reqs_available}: takes a slot; false if none is left. */
  boolean getReqsAvailable() {
    if (reqsAvailable == 0) {
      return false;
    }
    reqsAvailable--;
    return true;
  }

  /** {@code put_reqs_available}. */
  void putReqsAvailable(int nr) {
    reqsAvailable += nr;
  }

  /** Slots that no request has. */
  int reqsAvailable() {
    return reqsAvailable;
  }

  /**
   * The completion_lock section of {@code aio_complete}: an event, and slots that came free. There
   * must be a ring.
   */
  void post(Posted event) {
    entries().add(event);
    completedEvents++;
    if (completedEvents > 1) {
      refillReqsAvailable();
    }
  }

  /**
   * {@code refill_reqs_available}: gives back the slots of the events that are no longer in the
   * ring.
   */
  private void refillReqsAvailable() {
    int completed = completedEvents - Math.min(completedEvents, entries().size());
    completedEvents -= completed;
    putReqsAvailable(completed);
  }

  /** The completion_lock section of {@code user_refill_reqs_available}. */
  void userRefillReqsAvailable() {
    if (completedEvents > 0) {
      refillReqsAvailable();
    }
  }

  /** The events at the head, oldest first, which stay where they are. */
  List<Posted> peek(long nr) {
    List<Posted> events = new ArrayList<>();
    for (Posted event : entries()) {
      if (events.size() >= nr) {
        break;
      }
      events.add(event);
    }
    return events;
  }

  /** Moves the head on behind so many events. */
  void taken(int nr) {
    for (int i = 0; i < nr; i++) {
      entries().remove();
    }
  }

  /** Of a ring that was freed there is nothing left; whoever stores into it has asked before. */
  private ArrayDeque<Posted> entries() {
    return ring == null ? new ArrayDeque<>() : ring;
  }
}
