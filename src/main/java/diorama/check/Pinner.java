package diorama.check;

import static diorama.check.TracepointName.BJ_LOCKED;
import static diorama.check.TracepointName.COMMIT_UNFILE;
import static diorama.check.TracepointName.COMMIT_WAIT;
import static diorama.check.TracepointName.GET_BH;
import static diorama.check.TracepointName.PUT_BH;
import static diorama.check.TracepointName.UNLOCK_BUFFER;
import static diorama.check.TracepointName.WAIT_ON_BUFFER;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who kept a buffer busy while an invalidation wanted to drop its page. */
public enum Pinner {
  /** kjournald, waiting for the buffer's I/O or woken and not yet through. */
  F1("kjournald, in the wait loop of its commit"),
  /** kjournald, getting the lock of a buffer that it found dirty. */
  F2("kjournald, in lock_buffer"),
  /** kjournald, taking a clean buffer off the transaction. */
  F3("kjournald, between unfiling a clean buffer and dropping its references"),
  /** Whoever wrote the page back, after the page was unlocked. */
  F4("the writer of the page, between its I/O and bput_one"),
  /** The interrupt that ends kjournald's own write. */
  F5("the interrupt, between unlock_buffer and put_bh"),
  /** Nobody: the buffer was dirtied again after it was written. */
  F6("nobody: the buffer is dirty again"),
  /** The history does not tell. */
  UNKNOWN("somebody whom the record does not tell");

  private final String words;

  Pinner(String words) {
    this.words = words;
  }

  /** Who that is, in words. */
  public String words() {
    return words;
  }

  /** The name that a violation's variant has. */
  public String variant() {
    return this == UNKNOWN ? Violation.UNKNOWN : name();
  }

  /**
   * Who it was in one case.
   *
   * @param since the get_bh of the reference, if it is recorded
   */
  public record Pin(Pinner pinner, @Nullable Event since) {}

  /** Whether a context is a journal thread. */
  public static boolean isJournalThread(Context context) {
    return context.kind() == Context.Kind.KTHREAD
        && (context.comm().startsWith("kjournald") || context.comm().startsWith("jbd2/"));
  }

  /** Tells it from the references taken and dropped around the failure. */
  public static Pin of(History history, FailedInvalidation failed) {
    Event busy = failed.event();
    if (failed.dirty()) {
      return new Pin(F6, null);
    }
    Subject buffer = failed.buffer();
    if (buffer == null) {
      return new Pin(UNKNOWN, null);
    }
    List<Event> events = history.events().filter(e -> e.mentions(buffer)).toList();
    Event held = lastForeign(openReferences(before(events, busy)), busy.context());
    if (held == null) {
      Pinner through = dropsItsReferences(before(events, busy), busy.context()) ? F3 : UNKNOWN;
      return new Pin(through == UNKNOWN ? fromNextPut(events, busy) : through, null);
    }
    if (isJournalThread(held.context())) {
      return new Pin(journalThread(before(events, busy), failed, held), held);
    }
    return new Pin(held.context().inInterrupt() ? F5 : F4, held);
  }

  private static List<Event> before(List<Event> events, Event end) {
    return events.stream().filter(e -> e.sequence() < end.sequence()).toList();
  }

  /**
   * The get_bh events whose reference is still held at the end of these events. A put_bh that
   * leaves as many references as there are recorded ones dropped one that was taken before the
   * record begins.
   */
  private static List<Event> openReferences(List<Event> events) {
    List<Event> open = new ArrayList<>();
    for (Event e : events) {
      if (e.is(GET_BH)) {
        open.add(e);
      } else if (e.is(PUT_BH) && open.size() > e.point().a()) {
        open.remove(droppedBy(e.context(), open));
      }
    }
    return open;
  }

  /** A context drops its own reference; an interrupt that has none drops the journal thread's. */
  private static int droppedBy(Context context, List<Event> open) {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (open.get(i).context().equals(context)) {
        return i;
      }
    }
    for (int i = open.size() - 1; i >= 0 && context.inInterrupt(); i--) {
      if (isJournalThread(open.get(i).context())) {
        return i;
      }
    }
    return 0;
  }

  /**
   * Whether the journal thread was the last one at the buffer, and had taken it off the transaction
   * or dropped a reference while there was another one.
   */
  private static boolean dropsItsReferences(List<Event> events, Context invalidator) {
    Event last = lastForeign(events, invalidator);
    return last != null
        && isJournalThread(last.context())
        && (last.is(COMMIT_UNFILE) || (last.is(PUT_BH) && last.point().a() > 0));
  }

  private static @Nullable Event lastForeign(List<Event> open, Context invalidator) {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (!open.get(i).context().equals(invalidator)) {
        return open.get(i);
      }
    }
    return null;
  }

  private static Pinner fromNextPut(List<Event> events, Event busy) {
    Context next =
        events.stream()
            .filter(e -> e.sequence() > busy.sequence() && e.is(PUT_BH))
            .map(Event::context)
            .findFirst()
            .orElse(null);
    if (next == null || next.equals(busy.context())) {
      return UNKNOWN;
    }
    if (isJournalThread(next)) {
      return F1;
    }
    return next.inInterrupt() ? F5 : F4;
  }

  /** Which of its windows the journal thread is in, from what it did to the buffer so far. */
  private static Pinner journalThread(List<Event> events, FailedInvalidation failed, Event held) {
    Context journal = held.context();
    boolean waited = false;
    boolean filedBefore = false;
    boolean filedAfter = false;
    boolean unlockedByInterrupt = false;
    for (Event e : events) {
      boolean after = e.sequence() > held.sequence();
      boolean own = e.context().equals(journal);
      waited |= after && own && (e.is(COMMIT_WAIT) || e.is(WAIT_ON_BUFFER));
      filedBefore |= !after && own && e.is(BJ_LOCKED);
      filedAfter |= after && own && e.is(BJ_LOCKED);
      unlockedByInterrupt |= after && e.context().inInterrupt() && e.is(UNLOCK_BUFFER);
    }
    if (waited || filedBefore) {
      return F1;
    }
    if (filedAfter && unlockedByInterrupt) {
      // Its reference went to the I/O, and the interrupt that ended the I/O has yet to drop it.
      return F5;
    }
    return failed.locked() || filedAfter || unlockedByInterrupt ? F2 : F3;
  }
}
