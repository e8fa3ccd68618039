package diorama.cli;

import java.lang.reflect.Method;

/** What the process is connected to. */
final class Terminal {
  private static final int USUAL_WIDTH = 100;
  private static final int NARROWEST = 40;

  private Terminal() {}

  /** Whether standard output goes to a terminal. */
  static boolean onStandardOutput() {
    return told("diorama.stdout.terminal");
  }

  /** Whether standard error goes to a terminal. */
  static boolean onStandardError() {
    return told("diorama.stderr.terminal");
  }

  /** The launcher knows it for each stream; the JVM only knows it for all of them together. */
  private static boolean told(String property) {
    String said = System.getProperty(property);
    return said == null ? hasConsole() : Boolean.parseBoolean(said);
  }

  // Java 22 and later have a console without a terminal, too, and a way to ask for that.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean hasConsole() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      Method isTerminal = java.io.Console.class.getMethod("isTerminal");
      return Boolean.TRUE.equals(isTerminal.invoke(console));
    } catch (ReflectiveOperationException olderJava) {
      return true;
    }
  }

  /** Whether the terminal can only be written to, line by line. */
  static boolean dumb() {
    return "dumb".equals(System.getenv("TERM"));
  }

  /** Characters in a line. */
  static int width() {
    try {
      String columns = System.getenv("COLUMNS");
      return columns == null ? USUAL_WIDTH : Math.max(NARROWEST, Integer.parseInt(columns.strip()));
    } catch (NumberFormatException e) {
      return USUAL_WIDTH;
    }
  }
}
