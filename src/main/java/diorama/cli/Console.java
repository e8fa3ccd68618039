package diorama.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;

/**
 * Where a command writes: lines on standard output, and on standard error one status line that
 * gives way to them. Safe for many threads.
 */
final class Console {
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean rewriting;
  private boolean statusShown;

  /**
   * A console.
   *
   * @param rewriting whether standard error is a terminal, where a line can be written again
   */
  Console(PrintWriter out, PrintWriter err, boolean rewriting) {
    this.out = out;
    this.err = err;
    this.rewriting = rewriting;
  }

  /** The console of a command: its status line is written again where somebody looks. */
  static Console of(CommandLine command) {
    return new Console(
        command.getOut(), command.getErr(), Terminal.onStandardError() && !Terminal.dumb());
  }

  boolean rewriting() {
    return rewriting;
  }

  synchronized void print(List<String> lines) {
    clearStatus();
    lines.forEach(out::println);
    out.flush();
  }

  void print(String line) {
    print(List.of(line));
  }

  /** Shows how things stand: in place of what was shown before, if that is possible. */
  synchronized void status(String line) {
    if (rewriting) {
      int width = Terminal.width() - 1;
      err.print(CLEAR + (line.length() > width ? line.substring(0, width) : line));
      statusShown = true;
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** Says something on standard error that stays there. */
  synchronized void warn(String line) {
    clearStatus();
    err.println("diorama: " + line);
    err.flush();
  }

  /** Takes the status line away. */
  synchronized void clearStatus() {
    if (statusShown) {
      err.print(CLEAR);
      err.flush();
      statusShown = false;
    }
  }
}
