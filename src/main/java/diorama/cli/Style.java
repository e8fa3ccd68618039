package diorama.cli;

import diorama.trace.TableStyle;
import java.util.regex.Pattern;

/** Colours, where they are wanted. */
record Style(boolean coloured) {
  /** The argument of {@code --color}. */
  enum When {
    AUTO,
    ALWAYS,
    NEVER
  }

  private static final Pattern COLOR = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final String RESET = "\u001b[0m";

  /** An explicit wish wins; else NO_COLOR (no-color.org), else whether somebody looks. */
  static Style of(When when, boolean terminal) {
    String noColor = System.getenv("NO_COLOR");
    boolean unwanted = (noColor != null && !noColor.isEmpty()) || Terminal.dumb();
    return new Style(when == When.ALWAYS || (when == When.AUTO && terminal && !unwanted));
  }

  /** Tables as wide as the terminal, in these colours. */
  TableStyle tables() {
    return new TableStyle(Terminal.width(), false, coloured);
  }

  String strong(String text) {
    return in("\u001b[1m", text);
  }

  String good(String text) {
    return in("\u001b[32m", text);
  }

  String bad(String text) {
    return in("\u001b[31m", text);
  }

  String faint(String text) {
    return in("\u001b[2m", text);
  }

  /** How many characters of a text take up room: not those of its colours. */
  static int width(String text) {
    return COLOR.matcher(text).replaceAll("").length();
  }

  private String in(String code, String text) {
    return coloured ? code + text + RESET : text;
  }
}
