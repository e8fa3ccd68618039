package diorama.trace.export;

import diorama.trace.Clock;
import diorama.trace.InterleavingTable;
import diorama.trace.InterleavingTable.Column;
import diorama.trace.InterleavingTable.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An interleaving table as a Mermaid sequence diagram: a lifeline for each context, a note for each
 * step, and an arrow where a step follows from one of another context. Decisive steps are red.
 */
public final class MermaidSequence {
  private static final String DECISIVE = "rect rgba(255, 0, 0, 0.2)";

  private final InterleavingTable table;
  private final Map<Long, Row> rows = new HashMap<>();
  private final StringBuilder out = new StringBuilder("sequenceDiagram\n");

  private MermaidSequence(InterleavingTable table) {
    this.table = table;
    table.rows().forEach(row -> rows.put(row.sequence(), row));
  }

  /** The diagram without arrows, each line ended by a newline. */
  public static String of(InterleavingTable table) {
    return of(table, List.of());
  }

  /**
   * The diagram with arrows, each line ended by a newline.
   *
   * @param causes what {@link Causes} found; those of other rows are left out
   */
  public static String of(InterleavingTable table, List<Cause> causes) {
    return new MermaidSequence(table).print(causes);
  }

  private String print(List<Cause> causes) {
    List<Column> columns = table.columns();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      String work = column.work().isEmpty() ? "" : "<br/>(" + escape(column.work()) + ")";
      out.append("  participant p").append(i).append(" as ");
      out.append(escape(column.name())).append(work).append('\n');
    }
    if (columns.isEmpty()) {
      return out.toString();
    }
    if (!table.subjects().isEmpty()) {
      acrossAll(String.join(", ", table.subjects()));
    }
    List<Row> all = table.rows();
    Clock clock = Clock.forLength(all.isEmpty() ? 0 : all.get(all.size() - 1).nanos());
    for (Row row : all) {
      causes.stream().filter(c -> c.to() == row.sequence()).forEach(c -> arrow(c, row));
      step(row, clock);
    }
    table.remarks().forEach(remark -> acrossAll("(" + remark + ")"));
    return out.toString();
  }

  private void acrossAll(String text) {
    int last = table.columns().size() - 1;
    out.append("  Note over p0").append(last == 0 ? "" : ",p" + last).append(": ");
    out.append(escape(text)).append('\n');
  }

  private void arrow(Cause cause, Row to) {
    Row from = rows.get(cause.from());
    if (from != null) {
      out.append("  p").append(from.column()).append("->>p").append(to.column()).append(": ");
      out.append(escape(cause.what())).append('\n');
    }
  }

  private void step(Row row, Clock clock) {
    String note = row.note().isEmpty() ? "" : "<br/>" + escape(row.note());
    String indent = row.decisive() ? "    " : "  ";
    if (row.decisive()) {
      out.append("  ").append(DECISIVE).append('\n');
    }
    out.append(indent).append("Note over p").append(row.column()).append(": ");
    out.append(clock.format(row.nanos())).append(' ').append(clock.unit()).append(' ');
    out.append(escape(row.text())).append(note).append('\n');
    if (row.decisive()) {
      out.append("  end\n");
    }
  }

  /**
   * Text that Mermaid prints as it is. Without that a semicolon ends the statement, a hash hides
   * what follows, angle brackets and ampersands are HTML, two percent signs are a comment, two
   * dollar signs a formula, and {@code wrap:} at the beginning an option.
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.strip().toCharArray()) {
      switch (c) {
        case '\n' -> escaped.append("<br/>");
        case ';', '#', '<', '>', '&', '%', '$', '"' ->
            escaped.append('#').append((int) c).append(';');
        default -> escaped.append(Character.isISOControl(c) ? ' ' : c);
      }
    }
    return escaped.toString().replaceFirst("^((?:no)?wrap):", "$1#58;");
  }
}
