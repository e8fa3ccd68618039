package diorama.trace;

import static diorama.check.TracepointName.SYSCALL_ENTER;

import diorama.check.Event;
import diorama.check.History;
import diorama.check.Violation;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How contexts interleaved on the way to a violation, as in a commit message: a column for each
 * context, time downwards, one row for each step that matters.
 *
 * @param subjects which request, page and buffer the rows are about
 * @param columns the contexts, the submitter first, then as they enter the story
 * @param rows the steps, in order
 * @param remarks what a reader has to know about what is missing
 */
public record InterleavingTable(
    List<String> subjects, List<Column> columns, List<Row> rows, List<String> remarks) {

  /**
   * A context.
   *
   * @param name what the kernel calls it, with its number
   * @param work what it is in, for example the system call; empty if that is not recorded
   */
  public record Column(Context context, String name, String work) {}

  /**
   * A step.
   *
   * @param sequence which entry of the history, for a run of similar ones the last
   * @param nanos time since the first row
   * @param column who made it
   * @param text what was done
   * @param note what it left behind
   * @param decisive whether the violation hangs on it
   */
  public record Row(
      long sequence, long nanos, int column, String text, String note, boolean decisive) {}

  public InterleavingTable {
    subjects = List.copyOf(subjects);
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    remarks = List.copyOf(remarks);
  }

  /** The table of a violation, from the history that it was found in. */
  public static InterleavingTable of(History history, Violation violation) {
    Cast cast = Cast.of(history, violation);
    List<Moment> moments = Bundles.tie(Story.of(history, violation, cast));
    Map<Context, Integer> numbers = new LinkedHashMap<>();
    for (Moment m : moments) {
      if (m.entry().context().equals(cast.submitter())) {
        numbers.put(m.entry().context(), 0);
      }
    }
    List<Row> rows = new ArrayList<>();
    long start = moments.isEmpty() ? 0 : moments.get(0).entry().nanos();
    for (Moment m : moments) {
      int column = numbers.computeIfAbsent(m.entry().context(), c -> numbers.size());
      rows.add(
          new Row(
              m.entry().sequence(),
              m.entry().nanos() - start,
              column,
              m.text(),
              m.note(),
              m.decisive()));
    }
    String lost = Story.whatIsLost(history, cast);
    return new InterleavingTable(
        subjects(cast),
        columns(List.copyOf(numbers.keySet()), moments, history),
        rows,
        lost == null ? List.of() : List.of(lost));
  }

  private static List<String> subjects(Cast cast) {
    List<String> labels = new ArrayList<>();
    addLabel(labels, cast.request());
    addLabel(labels, cast.victim());
    if (cast.busy() != null) {
      Subject busy = cast.busy().buffer() != null ? cast.busy().buffer() : cast.busy().page();
      addLabel(labels, busy);
    }
    return labels;
  }

  private static void addLabel(List<String> labels, @Nullable Subject subject) {
    if (subject != null) {
      labels.add(subject.label());
    }
  }

  private static List<Column> columns(
      List<Context> contexts, List<Moment> moments, History history) {
    List<Column> columns = new ArrayList<>();
    List<Context> interrupts = contexts.stream().filter(Context::inInterrupt).toList();
    for (Context context : contexts) {
      if (context.inInterrupt()) {
        String number = interrupts.size() == 1 ? "" : " " + (interrupts.indexOf(context) + 1);
        columns.add(new Column(context, "IRQ" + number, ""));
      } else {
        columns.add(column(context, firstRow(context, moments), history));
      }
    }
    return columns;
  }

  private static long firstRow(Context context, List<Moment> moments) {
    return moments.stream()
        .filter(m -> m.entry().context().equals(context))
        .mapToLong(m -> m.entry().sequence())
        .findFirst()
        .orElse(0);
  }

  private static Column column(Context context, long firstRow, History history) {
    Event call =
        history.last(
            e -> e.is(SYSCALL_ENTER) && e.sequence() < firstRow && e.context().equals(context));
    return new Column(
        context,
        context.comm() + " " + context.pid(),
        call == null ? "" : Wording.systemCall(call.point().detail()));
  }

  /**
   * The same with no more than so many rows, if that can be: steps in the middle of what a context
   * does at one go are left out first, then others; decisive ones never.
   */
  public InterleavingTable atMost(int most) {
    List<Row> left = new ArrayList<>(rows);
    dropWhile(left, most, InterleavingTable::isAmidItsOwn);
    dropWhile(left, most, (all, at) -> !all.get(at).decisive() && at > 0);
    return new InterleavingTable(subjects, columns, left, remarks);
  }

  private static void dropWhile(List<Row> rows, int most, BiPredicate<List<Row>, Integer> canGo) {
    for (int at = rows.size() - 1; at >= 0 && rows.size() > most; at--) {
      if (canGo.test(rows, at)) {
        rows.remove(at);
      }
    }
  }

  /** Whether the same context made the step before and the step after. */
  private static boolean isAmidItsOwn(List<Row> rows, int at) {
    return at > 0
        && at < rows.size() - 1
        && !rows.get(at).decisive()
        && rows.get(at - 1).column() == rows.get(at).column()
        && rows.get(at + 1).column() == rows.get(at).column();
  }
}
