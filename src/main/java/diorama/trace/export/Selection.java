package diorama.trace.export;

import static diorama.check.TracepointName.SYSCALL_ENTER;
import static diorama.check.TracepointName.SYSCALL_EXIT;

import diorama.check.Event;
import diorama.check.KernelReport;
import diorama.check.Violation;
import diorama.check.Witness;
import diorama.kernel.sched.Context;
import diorama.trace.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * As much of a timeline as there is room for. What a violation rests on and what the kernel printed
 * stay always; then what happened last before the violation; then what came after it. The system
 * calls around all that stay, too.
 *
 * @param marks what is kept, in order; of a message both ends or none
 * @param entriesLeftOut how many entries of the record are not kept
 * @param messagesLeftOut how many messages are not kept
 */
record Selection(List<Mark> marks, int entriesLeftOut, int messagesLeftOut) {
  /** A message is a slice, an end of an arrow and a counter at either end. */
  private static final int EVENTS_OF_A_MESSAGE = 6;

  /**
   * Chooses.
   *
   * @param mostEvents how many events of a trace the marks may become
   */
  static Selection of(List<Mark> marks, @Nullable Violation violation, int mostEvents) {
    boolean[] kept = new boolean[marks.size()];
    Set<Message> messages = Collections.newSetFromMap(new IdentityHashMap<>());
    long room = mostEvents;
    Set<Long> witnesses = witnesses(violation);
    for (int i = 0; i < kept.length; i++) {
      kept[i] = stays(marks.get(i), witnesses);
      room -= kept[i] ? 1 : 0;
    }
    int found = found(marks, violation);
    int[] order =
        IntStream.concat(
                IntStream.rangeClosed(0, found).map(i -> found - i),
                IntStream.range(found + 1, kept.length))
            .toArray();
    for (int i : order) {
      if (kept[i] || marks.get(i) instanceof Mark.Sent) {
        continue;
      }
      Mark mark = marks.get(i);
      room -= mark instanceof Mark.Delivered ? EVENTS_OF_A_MESSAGE : 1;
      if (room < 0) {
        break;
      }
      kept[i] = true;
      if (mark instanceof Mark.Delivered delivered) {
        messages.add(delivered.message());
      }
    }
    keepCallsAround(marks, kept);
    return select(marks, kept, messages);
  }

  /** Keeps the system call that a context was in when the first that is kept of it happened. */
  private static void keepCallsAround(List<Mark> marks, boolean[] kept) {
    Map<Context, Integer> open = new HashMap<>();
    for (int i = 0; i < kept.length; i++) {
      if (marks.get(i) instanceof Mark.Entry seen) {
        Context context = seen.entry().context();
        Integer call = kept[i] ? open.remove(context) : null;
        if (call != null) {
          kept[call] = true;
        }
        if (seen.entry() instanceof Event event && event.is(SYSCALL_ENTER)) {
          open.put(context, i);
        } else if (seen.entry() instanceof Event event && event.is(SYSCALL_EXIT)) {
          open.remove(context);
        }
      }
    }
  }

  private static Selection select(List<Mark> marks, boolean[] kept, Set<Message> messages) {
    List<Mark> selected = new ArrayList<>();
    int entries = 0;
    int told = 0;
    for (int i = 0; i < kept.length; i++) {
      Mark mark = marks.get(i);
      if (kept[i] || (mark instanceof Mark.Sent sent && messages.contains(sent.message()))) {
        selected.add(mark);
      } else if (mark instanceof Mark.Entry) {
        entries++;
      } else if (mark instanceof Mark.Delivered) {
        told++;
      }
    }
    return new Selection(selected, entries, told);
  }

  private static Set<Long> witnesses(@Nullable Violation violation) {
    Set<Long> sequences = new HashSet<>();
    if (violation != null) {
      sequences.add(violation.sequence());
      violation.witnesses().stream().map(Witness::sequence).forEach(sequences::add);
    }
    return sequences;
  }

  private static boolean stays(Mark mark, Set<Long> witnesses) {
    return mark instanceof Mark.Entry seen
        && (seen.entry() instanceof KernelReport || witnesses.contains(seen.entry().sequence()));
  }

  /** The last mark that belongs to the violation, or else the last of all. */
  private static int found(List<Mark> marks, @Nullable Violation violation) {
    if (violation != null) {
      KernelReport report = violation.report();
      long end = Math.max(violation.sequence(), report == null ? 0 : report.sequence());
      for (int i = marks.size() - 1; i >= 0; i--) {
        if (marks.get(i) instanceof Mark.Entry seen && seen.entry().sequence() <= end) {
          return i;
        }
      }
    }
    return marks.size() - 1;
  }

  boolean leftOut() {
    return entriesLeftOut + messagesLeftOut > 0;
  }
}
