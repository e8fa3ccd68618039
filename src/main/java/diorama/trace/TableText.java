package diorama.trace;

import diorama.trace.InterleavingTable.Column;
import diorama.trace.InterleavingTable.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Prints an {@link InterleavingTable}. */
public final class TableText {
  private final InterleavingTable table;
  private final TableStyle style;
  private final Clock clock;
  private final Grid grid;
  private final int fold;

  private TableText(InterleavingTable table, TableStyle style) {
    this.table = table;
    this.style = style;
    List<Row> rows = table.rows();
    this.clock = Clock.forLength(rows.isEmpty() ? 0 : rows.get(rows.size() - 1).nanos());
    Grid fitting = Grid.NONE;
    int columns = table.columns().size() + 1;
    while (!fitting.fits() && columns > 1) {
      columns--;
      fitting = grid(columns);
    }
    this.grid = fitting;
    this.fold = columns;
  }

  /** The table, each line ended by a newline. */
  public static String print(InterleavingTable table, TableStyle style) {
    return new TableText(table, style).print();
  }

  private String print() {
    StringBuilder out = new StringBuilder();
    if (!table.subjects().isEmpty()) {
      out.append("  ").append(String.join(", ", table.subjects())).append('\n').append('\n');
    }
    grid.head(out, header(fold));
    for (Row row : table.rows()) {
      grid.row(out, cells(row, fold), row.decisive());
    }
    for (String remark : table.remarks()) {
      for (String line : Wrapping.wrap("(" + remark + ")", style.width() - 2, 1)) {
        out.append("  ").append(line).append('\n');
      }
    }
    return out.toString();
  }

  /** Time, contexts, notes; contexts from the last printed one on share a column. */
  private Grid grid(int columns) {
    List<List<String>> rows = new ArrayList<>();
    for (Row row : table.rows()) {
      rows.add(cells(row, columns));
    }
    return Grid.of(header(columns), rows, style);
  }

  private List<List<String>> header(int columns) {
    List<List<String>> head = new ArrayList<>();
    head.add(List.of(clock.unit()));
    for (int i = 0; i < columns; i++) {
      Column column = table.columns().get(i);
      if (i == columns - 1 && columns < table.columns().size()) {
        head.add(List.of("others"));
      } else if (column.work().isEmpty()) {
        head.add(List.of(column.name()));
      } else {
        head.add(List.of(column.name(), "(" + column.work() + ")"));
      }
    }
    head.add(List.of("notes"));
    return head;
  }

  private List<String> cells(Row row, int columns) {
    List<String> cells = new ArrayList<>(Collections.nCopies(columns + 2, ""));
    cells.set(0, clock.format(row.nanos()));
    boolean shared = columns < table.columns().size() && row.column() >= columns - 1;
    cells.set(
        1 + Math.min(row.column(), columns - 1),
        shared ? table.columns().get(row.column()).name() + ": " + row.text() : row.text());
    cells.set(columns + 1, row.note());
    return cells;
  }
}
