package diorama.cli;

import diorama.campaign.Cell;
import diorama.campaign.MatrixResult;
import diorama.config.Library;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The cells of a matrix in rows and columns. */
final class MatrixGrid {
  private final List<String> kernels;
  private final Map<String, Map<String, Map<String, Cell>>> scenarios = new LinkedHashMap<>();

  MatrixGrid(MatrixResult result) {
    Collection<String> names = new TreeSet<>(Library.byNameAndNumber());
    for (Cell cell : result.cells()) {
      names.add(cell.kernel());
      scenarios
          .computeIfAbsent(cell.scenario(), s -> new LinkedHashMap<>())
          .computeIfAbsent(cell.violation(), v -> new LinkedHashMap<>())
          .put(cell.kernel(), cell);
    }
    kernels = List.copyOf(names);
  }

  /** The columns, the oldest kernel first. */
  List<String> kernels() {
    return kernels;
  }

  /** The cells by scenario, violation and kernel. */
  Map<String, Map<String, Map<String, Cell>>> scenarios() {
    return scenarios;
  }
}
