package diorama.cli;

import diorama.campaign.Cell;
import diorama.campaign.MatrixRequest;
import diorama.campaign.MatrixResult;
import diorama.campaign.Outcome;
import diorama.config.Expectation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A matrix as a person reads it. */
final class MatrixText {
  private final Style style;
  private final RunLine runLine;

  MatrixText(Style style, RunLine runLine) {
    this.style = style;
    this.runLine = runLine;
  }

  /** What is about to run. */
  static List<String> header(MatrixRequest request, Style style) {
    Duration longest =
        request.runs().stream()
            .map(run -> run.limits().duration())
            .reduce(Duration.ZERO, Duration::plus);
    return List.of(
        style.strong("matrix"),
        style.faint(
            "  "
                + Prose.count(request.runs().size(), "run")
                + (request.jobs() == 1
                    ? " one after the other, "
                    : " " + request.jobs() + " at a time, ")
                + Prose.seconds(longest.toNanos() / 1e9 / request.jobs())
                + " or more if something hides, engine "
                + request.engine().label()
                + ", seed "
                + request.seed()),
        "");
  }

  List<String> of(MatrixRequest request, MatrixResult result) {
    List<String> lines = new ArrayList<>(tables(new MatrixGrid(result)));
    lines.add("");
    Prose.wrap(CellText.LEGEND, Terminal.width(), "").forEach(line -> lines.add(style.faint(line)));
    lines.add("");
    for (Cell cell : result.cells()) {
      if (!cell.ok()) {
        lines.add(style.bad(CellText.sentence(cell)));
        cell.explanation().forEach(line -> lines.add("  " + line));
        lines.add("  look closer with: " + runLine.of(cell, request));
        lines.add("");
      }
    }
    lines.add(CellText.totals(request, result));
    lines.add(
        (result.interrupted() ? "interrupted; until then " : "")
            + (result.outcome() == Outcome.AS_EXPECTED
                ? style.good("as expected")
                : style.bad("not as expected"))
            + " in "
            + Prose.seconds(result.elapsedSeconds())
            + " (engine "
            + result.engine()
            + ", seed "
            + result.seed()
            + ")");
    return lines;
  }

  /** A table for each scenario: most of them run on few of the kernels. */
  private List<String> tables(MatrixGrid grid) {
    List<String> lines = new ArrayList<>();
    grid.scenarios()
        .forEach(
            (scenario, violations) -> {
              if (!lines.isEmpty()) {
                lines.add("");
              }
              lines.addAll(table(scenario, violations, grid.kernels()));
            });
    return lines;
  }

  private List<String> table(
      String scenario, Map<String, Map<String, Cell>> violations, List<String> all) {
    List<String> kernels =
        all.stream()
            .filter(k -> violations.values().stream().anyMatch(cells -> cells.containsKey(k)))
            .toList();
    Table table = new Table();
    table.row(
        row(
            style.strong(scenario),
            kernels.stream().map(k -> k.replaceFirst("^linux-", "")).toList()));
    violations.forEach(
        (violation, cells) ->
            table.row(row("  " + violation, kernels.stream().map(k -> shown(cells, k)).toList())));
    return table.lines().stream().map(String::stripTrailing).toList();
  }

  private static String[] row(String first, List<String> rest) {
    List<String> row = new ArrayList<>(List.of(first));
    row.addAll(rest);
    return row.toArray(String[]::new);
  }

  private String shown(Map<String, Cell> cells, String kernel) {
    @Nullable Cell cell = cells.get(kernel);
    if (cell == null) {
      return "";
    }
    String text = CellText.brief(cell);
    if (!cell.ok()) {
      return style.bad(text);
    }
    return cell.expectation() == Expectation.MAY ? style.faint(text) : style.good(text);
  }
}
