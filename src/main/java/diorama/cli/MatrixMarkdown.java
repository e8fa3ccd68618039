package diorama.cli;

import diorama.campaign.Cell;
import diorama.campaign.MatrixRequest;
import diorama.campaign.MatrixResult;
import diorama.campaign.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A matrix as a table for a web page. */
final class MatrixMarkdown {
  private MatrixMarkdown() {}

  static List<String> of(MatrixRequest request, MatrixResult result) {
    MatrixGrid grid = new MatrixGrid(result);
    List<String> lines = new ArrayList<>();
    lines.add(row(Stream.concat(Stream.of("scenario", "violation"), grid.kernels().stream())));
    lines.add(row(Stream.generate(() -> "---").limit(2L + grid.kernels().size())));
    grid.scenarios()
        .forEach(
            (scenario, violations) ->
                violations.forEach(
                    (violation, cells) ->
                        lines.add(
                            row(
                                Stream.concat(
                                    Stream.of(scenario, violation),
                                    grid.kernels().stream().map(k -> shown(cells.get(k))))))));
    lines.add("");
    lines.add(escaped(CellText.LEGEND));
    lines.add("");
    result.cells().stream()
        .filter(cell -> !cell.ok())
        .forEach(cell -> lines.add("* " + escaped(CellText.sentence(cell))));
    if (!lines.get(lines.size() - 1).isEmpty()) {
      lines.add("");
    }
    lines.add(
        CellText.totals(request, result)
            + "; "
            + (result.interrupted() ? "interrupted, until then " : "")
            + (result.outcome() == Outcome.AS_EXPECTED ? "as expected" : "**not as expected**")
            + " in "
            + Prose.seconds(result.elapsedSeconds())
            + " (engine "
            + result.engine()
            + ", seed "
            + result.seed()
            + ").");
    return lines;
  }

  private static String row(Stream<String> cells) {
    StringBuilder row = new StringBuilder("|");
    cells.forEach(cell -> row.append(' ').append(escaped(cell)).append(" |"));
    return row.toString();
  }

  private static String shown(@Nullable Cell cell) {
    if (cell == null) {
      return "";
    }
    return cell.ok() ? CellText.brief(cell) : "**" + CellText.brief(cell) + "**";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;");
  }
}
