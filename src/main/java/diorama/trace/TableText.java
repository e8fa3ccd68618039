package diorama.trace;

import diorama.trace.InterleavingTable.Column;
import diorama.trace.InterleavingTable.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Prints an {@link InterleavingTable}. */
public final class TableText {
  private static final int[] BREAKABLE_WORDS = {22, 18, 14};
  private static final String BOLD = "\033[1m";
  private static final String RED = "\033[1;31m";
  private static final String DIM = "\033[2m";
  private static final String PLAIN = "\033[0m";

  private final InterleavingTable table;
  private final TableStyle style;
  private final Clock clock;
  private final int[] widths;
  private final int fold;

  private TableText(InterleavingTable table, TableStyle style) {
    this.table = table;
    this.style = style;
    List<Row> rows = table.rows();
    this.clock = Clock.forLength(rows.isEmpty() ? 0 : rows.get(rows.size() - 1).nanos());
    int[] fitting = new int[0];
    int columns = table.columns().size() + 1;
    while (fitting.length == 0 && columns > 1) {
      columns--;
      fitting = fit(texts(columns));
    }
    this.widths = fitting;
    this.fold = columns;
  }

  /** Rather breaks longer and longer words than to put two contexts into one column. */
  private int[] fit(List<List<String>> texts) {
    int room = style.width() - 2 - separator().length() * (texts.size() - 1);
    int[] fitting = new int[0];
    for (int i = 0; i < BREAKABLE_WORDS.length && fitting.length == 0; i++) {
      fitting = Widths.fit(texts, room, BREAKABLE_WORDS[i]);
    }
    return fitting;
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
    printLines(out, ' ', header(), BOLD);
    out.append(rule()).append('\n');
    for (Row row : table.rows()) {
      printLines(out, row.decisive() ? '>' : ' ', cells(row), row.decisive() ? RED : "");
    }
    for (String remark : table.remarks()) {
      for (String line : Wrapping.wrap("(" + remark + ")", style.width() - 2, 1)) {
        out.append("  ").append(line).append('\n');
      }
    }
    return out.toString();
  }

  private String separator() {
    return style.box() ? " \u2502 " : "  ";
  }

  private String rule() {
    StringBuilder line = new StringBuilder(style.box() ? "\u2500\u2500" : "  ");
    for (int i = 0; i < widths.length; i++) {
      if (i > 0) {
        line.append(style.box() ? "\u2500\u253c\u2500" : "  ");
      }
      line.append((style.box() ? "\u2500" : "-").repeat(widths[i]));
    }
    return line.toString();
  }

  /** Time, contexts, notes; contexts from the last printed one on share a column. */
  private List<List<String>> texts(int columns) {
    List<List<String>> texts = new ArrayList<>();
    for (int i = 0; i < columns + 2; i++) {
      texts.add(new ArrayList<>());
    }
    List<List<String>> head = header(columns);
    for (int i = 0; i < texts.size(); i++) {
      texts.get(i).addAll(head.get(i));
    }
    for (Row row : table.rows()) {
      List<String> cells = cells(row, columns);
      for (int i = 0; i < texts.size(); i++) {
        texts.get(i).add(cells.get(i));
      }
    }
    return texts;
  }

  private List<List<String>> header() {
    return header(fold);
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

  private List<List<String>> cells(Row row) {
    List<List<String>> cells = new ArrayList<>();
    for (String cell : cells(row, fold)) {
      cells.add(List.of(cell));
    }
    return cells;
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

  private void printLines(StringBuilder out, char mark, List<List<String>> cells, String color) {
    List<List<String>> wrapped = new ArrayList<>();
    int height = 1;
    for (int i = 0; i < cells.size(); i++) {
      List<String> lines = new ArrayList<>();
      for (String text : cells.get(i)) {
        lines.addAll(Wrapping.wrap(text, widths[i], 1));
      }
      wrapped.add(lines);
      height = Math.max(height, lines.size());
    }
    for (int line = 0; line < height; line++) {
      StringBuilder printed = new StringBuilder();
      printed.append(line == 0 ? mark : ' ').append(' ');
      for (int i = 0; i < wrapped.size(); i++) {
        String text = line < wrapped.get(i).size() ? wrapped.get(i).get(line) : "";
        String pad = " ".repeat(widths[i] - text.length());
        boolean note = i == wrapped.size() - 1 && color.isEmpty();
        printed.append(i == 0 ? "" : separator());
        printed.append(i == 0 ? pad + text : paint(text, note ? DIM : color) + pad);
      }
      out.append(printed.toString().stripTrailing()).append('\n');
    }
  }

  private String paint(String text, String color) {
    return style.color() && !color.isEmpty() && !text.isEmpty() ? color + text + PLAIN : text;
  }
}
