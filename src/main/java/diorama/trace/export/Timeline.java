package diorama.trace.export;

import diorama.check.History;
import diorama.check.Recorded;
import diorama.trace.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A record and the messages of its machine in one order, in which whatever is known to have led to
 * something stands before it: entries as they were recorded, deliveries as they were made, and each
 * message's sending where {@link Sendings} places it.
 */
final class Timeline {
  private final List<Step> steps = new ArrayList<>();

  /**
   * An entry or a delivery.
   *
   * @param what a {@link Recorded} or a {@link Message}
   * @param own when it happened
   * @param nanos the same, or when the last step before it happened if the clocks disagree
   */
  record Step(Object what, long own, long nanos) {}

  private Timeline() {}

  /** All marks, with times that ascend by at least a nanosecond each. */
  static List<Mark> of(History history, List<Message> messages, ContextNames names) {
    Timeline line = new Timeline();
    List<Message> deliveries = new ArrayList<>(messages);
    deliveries.sort(Comparator.comparingLong(Message::deliveredNanos));
    line.merge(history.entries(), deliveries);
    return line.marks(Sendings.of(line.steps, names));
  }

  private void merge(List<Recorded> entries, List<Message> deliveries) {
    int next = 0;
    for (Message m : deliveries) {
      while (next < entries.size() && precedes(entries.get(next), m)) {
        add(entries.get(next), entries.get(next).nanos());
        next++;
      }
      add(m, m.deliveredNanos());
    }
    for (Recorded entry : entries.subList(next, entries.size())) {
      add(entry, entry.nanos());
    }
  }

  private static boolean precedes(Recorded entry, Message message) {
    return message.after() == Message.UNKNOWN
        ? entry.nanos() < message.deliveredNanos()
        : entry.sequence() <= message.after();
  }

  private void add(Object what, long nanos) {
    long before = steps.isEmpty() ? nanos : steps.get(steps.size() - 1).nanos();
    steps.add(new Step(what, nanos, Math.max(nanos, before)));
  }

  private List<Mark> marks(List<Sendings.Sending> sendings) {
    List<Mark> marks = new ArrayList<>();
    int next = 0;
    for (int i = -1; i < steps.size(); i++) {
      if (i >= 0) {
        Step step = steps.get(i);
        long at = later(marks, step.own());
        marks.add(
            step.what() instanceof Message m
                ? new Mark.Delivered(m, at)
                : new Mark.Entry((Recorded) step.what(), at));
      }
      for (; next < sendings.size() && sendings.get(next).place() == i; next++) {
        Message m = sendings.get(next).message();
        marks.add(new Mark.Sent(m, later(marks, Math.min(m.sentNanos(), beginOf(i + 1)))));
      }
    }
    return marks;
  }

  /** A sending stands before this step whatever its time is: the stamps say so. */
  private long beginOf(int step) {
    return step < steps.size() ? steps.get(step).nanos() : Long.MAX_VALUE;
  }

  private static long later(List<Mark> marks, long nanos) {
    return marks.isEmpty() ? nanos : Math.max(nanos, marks.get(marks.size() - 1).nanos() + 1);
  }
}
