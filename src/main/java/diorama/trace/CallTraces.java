package diorama.trace;

import static diorama.check.TracepointName.SYSCALL_ENTER;
import static diorama.check.TracepointName.SYSCALL_EXIT;

import diorama.check.Event;
import diorama.check.History;
import diorama.check.KernelReport;
import diorama.kernel.sched.Context;
import diorama.trace.InterleavingTable.Column;
import diorama.trace.InterleavingTable.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where each context of a table was in the kernel: the system calls that its rows fell into, and
 * the Call Trace of whatever the kernel printed there.
 *
 * @param traces one for each column, in the order of the columns
 */
public record CallTraces(List<Trace> traces) {
  /**
   * A context.
   *
   * @param name as the table's column has it
   * @param calls the system calls in which it has a row, in order; empty if it has no user side
   * @param reports what the kernel printed in this context up to the last row
   */
  public record Trace(
      Context context, String name, List<SystemCall> calls, List<KernelReport> reports) {
    public Trace {
      calls = List.copyOf(calls);
      reports = List.copyOf(reports);
    }
  }

  /**
   * A system call.
   *
   * @param function the kernel's name for it
   * @param entered since the table's first row, in nanoseconds, negative if before it
   * @param returned the same; null if it did not return while the record lasts
   * @param result what it returned; 0 if it did not
   */
  public record SystemCall(String function, long entered, @Nullable Long returned, long result) {}

  public CallTraces {
    traces = List.copyOf(traces);
  }

  /** The traces of a table's contexts, from the history that the table was made of. */
  public static CallTraces of(History history, InterleavingTable table) {
    List<Row> rows = table.rows();
    if (rows.isEmpty()) {
      return new CallTraces(List.of());
    }
    long start = start(history, rows.get(0));
    long end = rows.get(rows.size() - 1).sequence();
    List<Trace> traces = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      Column column = table.columns().get(i);
      int number = i;
      List<Row> own = rows.stream().filter(row -> row.column() == number).toList();
      traces.add(
          new Trace(
              column.context(),
              column.name(),
              calls(history, column.context(), own, start),
              reports(history, column.context(), end)));
    }
    return new CallTraces(traces);
  }

  private static List<KernelReport> reports(History history, Context context, long end) {
    return history
        .reports()
        .filter(r -> r.context().equals(context) && r.sequence() <= end)
        .toList();
  }

  private static List<SystemCall> calls(
      History history, Context context, List<Row> rows, long start) {
    List<Event> edges =
        history
            .events()
            .filter(e -> e.context().equals(context))
            .filter(e -> e.is(SYSCALL_ENTER) || e.is(SYSCALL_EXIT))
            .toList();
    List<SystemCall> calls = new ArrayList<>();
    for (int i = 0; i < edges.size(); i++) {
      Event enter = edges.get(i);
      Event next = i + 1 < edges.size() ? edges.get(i + 1) : null;
      if (enter.is(SYSCALL_ENTER) && hasRow(rows, enter, next)) {
        calls.add(call(enter, next, start));
      }
    }
    return calls;
  }

  private static SystemCall call(Event enter, @Nullable Event next, long start) {
    String function = enter.point().detail();
    long entered = enter.nanos() - start;
    return next == null || !next.is(SYSCALL_EXIT)
        ? new SystemCall(function, entered, null, 0)
        : new SystemCall(function, entered, next.nanos() - start, next.point().a());
  }

  private static boolean hasRow(List<Row> rows, Event enter, @Nullable Event next) {
    long until = next == null ? Long.MAX_VALUE : next.sequence();
    return rows.stream().anyMatch(r -> r.sequence() > enter.sequence() && r.sequence() <= until);
  }

  /** When the table begins, on the machine's clock. */
  private static long start(History history, Row first) {
    return history.entries().stream()
        .filter(e -> e.sequence() == first.sequence())
        .mapToLong(e -> e.nanos() - first.nanos())
        .findFirst()
        .orElse(0);
  }

  /** A paragraph for each context, each line ended by a newline. */
  public String text() {
    StringBuilder out = new StringBuilder();
    for (Trace trace : traces) {
      out.append("  ").append(trace.name()).append('\n');
      if (trace.calls().isEmpty()) {
        out.append("    ").append(outside(trace.context())).append('\n');
      }
      for (SystemCall call : trace.calls()) {
        out.append("    ").append(told(call)).append('\n');
      }
      for (KernelReport report : trace.reports()) {
        out.append("    ").append(report.headline()).append('\n');
        if (!report.callTrace().isEmpty()) {
          out.append("    Call Trace:\n");
        }
        report.callTrace().forEach(function -> out.append("     ").append(function).append('\n'));
      }
    }
    return out.toString();
  }

  private static String outside(Context context) {
    return switch (context.kind()) {
      case PROCESS -> "its system call is not recorded";
      case KTHREAD -> "a kernel thread";
      case INTERRUPT -> "an interrupt";
    };
  }

  private static String told(SystemCall call) {
    Long returned = call.returned();
    long longest = Math.max(Math.abs(call.entered()), returned == null ? 0 : returned);
    Clock clock = Clock.forLength(longest);
    String entered =
        call.function() + ", entered at " + clock.format(call.entered()) + " " + clock.unit();
    return returned == null
        ? entered + ", did not return"
        : entered
            + ", returned "
            + Result.of(call.result())
            + " at "
            + clock.format(returned)
            + " "
            + clock.unit();
  }
}
