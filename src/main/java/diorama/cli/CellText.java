package diorama.cli;

import diorama.campaign.Cell;
import diorama.campaign.MatrixRequest;
import diorama.campaign.MatrixResult;
import diorama.config.Expectation;
import java.util.List;

/** The cells of a matrix in words. */
final class CellText {
  /** What the words of a table mean. */
  static final String LEGEND =
      "\"seen N\": must be seen, and was N times. \"< R\": never seen; at 95 % the rate is below R."
          + " In brackets: may be seen or not. MISSING and UNEXPECTED: not as expected.";

  private CellText() {}

  /** A cell as it stands in a table. */
  static String brief(Cell cell) {
    String seen = cell.seen() == 0 ? "not seen" : "seen " + Prose.count(cell.seen());
    return switch (cell.verdict()) {
      case MISSING -> "MISSING";
      case UNEXPECTED -> "UNEXPECTED " + Prose.count(cell.seen());
      case OK ->
          switch (cell.expectation()) {
            case MUST -> seen;
            case MAY -> "(" + seen + ")";
            case NEVER -> cell.rateHigh95() == null ? seen : "< " + Prose.rate(cell.rateHigh95());
          };
    };
  }

  /** What is wrong with a cell, in a sentence. */
  static String sentence(Cell cell) {
    return cell.scenario()
        + " on "
        + cell.kernel()
        + ": "
        + cell.violation()
        + (cell.expectation() == Expectation.MUST
            ? " must be seen and was not"
            : " must never be seen and was, "
                + Prose.count(cell.seen(), "time")
                + (cell.race().isEmpty() ? "" : " (" + cell.race() + ")"))
        + (cell.opportunities() == 0
            ? ""
            : ", in " + Prose.count(cell.opportunities(), "opportunity"))
        + "; the run took "
        + Prose.seconds(cell.seconds());
  }

  /** How many cells came out how. */
  static String totals(MatrixRequest request, MatrixResult result) {
    List<Cell> cells = result.cells();
    return Prose.count(cells.size(), "cell")
        + " of "
        + Prose.count(result.runs(), "run")
        + (result.runs() < request.runs().size()
            ? " (of " + Prose.count(request.runs().size()) + ")"
            : "")
        + ": "
        + Prose.count(cells.stream().filter(Cell::ok).count())
        + " ok, "
        + Prose.count(cells.stream().filter(CellText::missing).count())
        + " missing, "
        + Prose.count(cells.stream().filter(c -> !c.ok() && !missing(c)).count())
        + " unexpected";
  }

  private static boolean missing(Cell cell) {
    return !cell.ok() && cell.expectation() == Expectation.MUST;
  }
}
