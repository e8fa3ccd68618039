package diorama.trace;

import java.util.ArrayList;
import java.util.List;

/** Columns of text under a head; the first column is numbers, the last one is notes. */
final class Grid {
  /** What there is when nothing fits. */
  static final Grid NONE = new Grid(new int[0], TableStyle.PLAIN);

  private static final int[] BREAKABLE_WORDS = {22, 18, 14};
  private static final String BOLD = "\033[1m";
  private static final String RED = "\033[1;31m";
  private static final String DIM = "\033[2m";
  private static final String PLAIN = "\033[0m";

  private final int[] widths;
  private final TableStyle style;

  private Grid(int[] widths, TableStyle style) {
    this.widths = widths;
    this.style = style;
  }

  /**
   * Rather breaks longer and longer words than to do without a column.
   *
   * @param head the lines above each column
   * @param rows the cells of each row
   * @return a grid that has room for them, or {@link #NONE}
   */
  static Grid of(List<List<String>> head, List<List<String>> rows, TableStyle style) {
    List<List<String>> texts = new ArrayList<>();
    for (int i = 0; i < head.size(); i++) {
      List<String> column = new ArrayList<>(head.get(i));
      for (List<String> row : rows) {
        column.add(row.get(i));
      }
      texts.add(column);
    }
    int room = style.width() - 2 - separator(style).length() * (texts.size() - 1);
    int[] fitting = new int[0];
    for (int i = 0; i < BREAKABLE_WORDS.length && fitting.length == 0; i++) {
      fitting = Widths.fit(texts, room, BREAKABLE_WORDS[i]);
    }
    return fitting.length == 0 ? NONE : new Grid(fitting, style);
  }

  boolean fits() {
    return widths.length > 0;
  }

  /** Prints the head, with several lines in a cell if need be, and a rule below it. */
  void head(StringBuilder out, List<List<String>> cells) {
    lines(out, ' ', cells, BOLD);
    out.append(rule()).append('\n');
  }

  /** Prints a row, marked if the violation hangs on it. */
  void row(StringBuilder out, List<String> cells, boolean decisive) {
    List<List<String>> single = new ArrayList<>();
    cells.forEach(cell -> single.add(List.of(cell)));
    lines(out, decisive ? '>' : ' ', single, decisive ? RED : "");
  }

  private static String separator(TableStyle style) {
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

  private void lines(StringBuilder out, char mark, List<List<String>> cells, String color) {
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
        printed.append(i == 0 ? "" : separator(style));
        printed.append(i == 0 ? pad + text : paint(text, note ? DIM : color) + pad);
      }
      out.append(printed.toString().stripTrailing()).append('\n');
    }
  }

  private String paint(String text, String color) {
    return style.color() && !color.isEmpty() && !text.isEmpty() ? color + text + PLAIN : text;
  }
}
