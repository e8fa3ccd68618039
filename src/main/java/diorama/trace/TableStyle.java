package diorama.trace;

/**
 * How a table is printed.
 *
 * @param width columns of the terminal, {@value #NARROWEST} to {@value #WIDEST}
 * @param box lines between the columns, for terminals that have them; plain ASCII otherwise
 * @param color ANSI colours; off for NO_COLOR and for files
 */
public record TableStyle(int width, boolean box, boolean color) {
  public static final int NARROWEST = 80;
  public static final int WIDEST = 200;

  /** For a commit message or a log: 100 columns of plain ASCII. */
  public static final TableStyle PLAIN = new TableStyle(100, false, false);

  public TableStyle {
    width = Math.max(NARROWEST, Math.min(WIDEST, width));
  }
}
