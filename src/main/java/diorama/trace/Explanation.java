package diorama.trace;

import diorama.check.History;
import diorama.check.KernelReport;
import diorama.check.Violation;
import java.util.List;

/**
 * A violation, told to a person: what the kernel printed, what happened, and what would have
 * prevented it. All of it is data; {@link #text} prints it.
 *
 * @param violation what was found
 * @param kernelText what the kernel printed because of it, line by line; empty if nothing
 * @param table how the contexts interleaved
 * @param prose the same in a few sentences
 * @param missing the fixes that the kernel lacks
 */
public record Explanation(
    Violation violation,
    List<String> kernelText,
    InterleavingTable table,
    String prose,
    List<FixInfo> missing) {
  public Explanation {
    kernelText = List.copyOf(kernelText);
    missing = List.copyOf(missing);
  }

  /** Explains a violation from the history that it was found in. */
  public static Explanation of(History history, Violation violation, List<FixInfo> missing) {
    KernelReport report = violation.report();
    return new Explanation(
        violation,
        report == null ? List.of() : report.lines(),
        InterleavingTable.of(history, violation),
        Prose.of(violation, Cast.of(history, violation)),
        missing);
  }

  /** The same with a table of no more than so many rows, if that can be. */
  public Explanation atMost(int rows) {
    return new Explanation(violation, kernelText, table.atMost(rows), prose, missing);
  }

  /** All of it as text, each line ended by a newline. */
  public String text(TableStyle style) {
    StringBuilder out = new StringBuilder();
    out.append(title()).append("\n\n");
    if (kernelText.isEmpty()) {
      out.append("The kernel printed nothing.\n");
    }
    kernelText.forEach(line -> out.append(line).append('\n'));
    out.append("\nWhat happened\n\n").append(TableText.print(table, style)).append('\n');
    paragraph(out, "  ", prose, style);
    for (FixInfo fix : missing) {
      out.append("\nMissing fix\n\n");
      paragraph(out, "  ", fix.commit() + " \"" + fix.title() + "\"", style);
      paragraph(out, "  ", "First release: " + fix.firstRelease() + ".", style);
      paragraph(out, "  ", fix.changes(), style);
      paragraph(out, "  ", "Documented in " + fix.source() + ".", style);
    }
    return out.toString();
  }

  private String title() {
    StringBuilder title = new StringBuilder(violation.id());
    if (!violation.race().equals(Violation.UNKNOWN)) {
      title.append(": ").append(violation.race());
    }
    if (!violation.variant().equals(Violation.UNKNOWN)) {
      title.append(", ").append(violation.variant());
    }
    return title.toString();
  }

  private static void paragraph(StringBuilder out, String indent, String text, TableStyle style) {
    int width = Math.min(style.width(), 100) - indent.length();
    for (String line : Wrapping.wrap(text, width, 0)) {
      out.append(indent).append(line).append('\n');
    }
  }
}
