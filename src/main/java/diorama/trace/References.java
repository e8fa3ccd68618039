package diorama.trace;

import static diorama.check.TracepointName.COMMIT_WAIT;
import static diorama.check.TracepointName.GET_BH;
import static diorama.check.TracepointName.JOURNAL_UNFILED;
import static diorama.check.TracepointName.PUT_BH;
import static diorama.check.TracepointName.WAIT_ON_BUFFER;

import diorama.check.Event;
import diorama.check.FailedInvalidation;
import diorama.check.History;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which of a buffer's events explain nothing. */
final class References {
  private References() {}

  /**
   * The sequence numbers of references that a context took and dropped before the failure, and of
   * waits that are told twice. The reference that goes when the journal lets the buffer go stays.
   */
  static Set<Long> matched(History history, FailedInvalidation busy, long from) {
    Set<Long> leftOut = new HashSet<>();
    List<Event> open = new ArrayList<>();
    Event last = null;
    for (Event e : ofBuffer(history, busy, from)) {
      if (e.is(GET_BH)) {
        open.add(e);
      } else if (e.is(PUT_BH)) {
        Event got = ownReference(open, e);
        if (got != null) {
          open.remove(got);
          leftOut.add(got.sequence());
          if (last == null || !last.is(JOURNAL_UNFILED)) {
            leftOut.add(e.sequence());
          }
        }
      } else if (last != null && isSameWait(last, e)) {
        leftOut.add(e.sequence());
      }
      last = e;
    }
    return leftOut;
  }

  private static List<Event> ofBuffer(History history, FailedInvalidation busy, long from) {
    return history
        .events()
        .filter(e -> e.sequence() >= from && e.sequence() < busy.event().sequence())
        .filter(e -> e.mentions(busy.buffer()))
        .toList();
  }

  private static @Nullable Event ownReference(List<Event> open, Event put) {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (open.get(i).context().equals(put.context())) {
        return open.get(i);
      }
    }
    return null;
  }

  private static boolean isSameWait(Event first, Event second) {
    return first.is(COMMIT_WAIT)
        && second.is(WAIT_ON_BUFFER)
        && first.context().equals(second.context());
  }
}
