package diorama.trace;

import diorama.check.Event;
import diorama.check.History;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Subject.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The life of one piece of kernel memory: every recorded event that names it, in order. Nothing is
 * left out and nothing is counted together, so that each step of a count is seen.
 *
 * @param label how a person tells this memory from other
 * @param lines its events
 * @param complete whether no earlier event can have left the recorder
 */
public record ObjectHistory(String label, List<Line> lines, boolean complete) {

  /**
   * An event.
   *
   * @param sequence which entry of the history
   * @param nanos time since the first line
   * @param context who did it
   * @param what the kernel's name for it
   * @param detail its values, and the other memory that it names
   * @param decisive whether a violation rests on it
   */
  public record Line(
      long sequence, long nanos, Context context, String what, String detail, boolean decisive) {}

  public ObjectHistory {
    lines = List.copyOf(lines);
  }

  /** The history of one object; without lines if the record does not know it. */
  public static ObjectHistory of(History history, Subject subject) {
    return of(history, subject, Set.of());
  }

  static ObjectHistory of(History history, Subject subject, Set<Long> decisive) {
    List<Event> events = history.events().filter(e -> e.mentions(subject)).toList();
    long start = events.isEmpty() ? 0 : events.get(0).nanos();
    List<Line> lines = new ArrayList<>();
    for (Event e : events) {
      lines.add(
          new Line(
              e.sequence(),
              e.nanos() - start,
              e.context(),
              e.name(),
              detail(e, subject),
              decisive.contains(e.sequence())));
    }
    boolean frequent = subject.kind() == Kind.PAGE || subject.kind() == Kind.BUFFER;
    long from = frequent ? history.frequentFrom() : history.rareFrom();
    return new ObjectHistory(subject.label(), lines, from <= 1);
  }

  private static String detail(Event event, Subject subject) {
    Subject other = subject.equals(event.subject()) ? event.related() : event.subject();
    String detail = event.point().detail();
    if (other == null || other.equals(subject)) {
      return detail;
    }
    return detail.isEmpty() ? other.label() : other.label() + ", " + detail;
  }

  /** A line for each event below a head, each ended by a newline. */
  public String text(TableStyle style) {
    StringBuilder out = new StringBuilder("  ").append(label).append("\n\n");
    Clock clock = Clock.forLength(lines.isEmpty() ? 0 : lines.get(lines.size() - 1).nanos());
    List<List<String>> head =
        List.of(List.of(clock.unit()), List.of("context"), List.of("what"), List.of("detail"));
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      rows.add(
          List.of(
              clock.format(line.nanos()), line.context().toString(), line.what(), line.detail()));
    }
    Grid grid = Grid.of(head, rows, style);
    grid.head(out, head);
    for (int i = 0; i < rows.size(); i++) {
      grid.row(out, rows.get(i), lines.get(i).decisive());
    }
    if (!complete) {
      out.append("  (Earlier events may have left the recorder.)\n");
    }
    return out.toString();
  }
}
