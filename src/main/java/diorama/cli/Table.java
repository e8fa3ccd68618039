package diorama.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows whose columns stand below each other. The last column is as long as it is. */
final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  List<String> lines() {
    return rows.stream().map(this::line).toList();
  }

  private String line(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      line.append(cell);
      if (column < row.size() - 1) {
        line.append(" ".repeat(width(column) - Style.width(cell))).append(GAP);
      }
    }
    return line.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> Style.width(row.get(column))).max().orElse(0);
  }
}
