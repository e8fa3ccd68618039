package diorama.cli;

/** What the process's exit code tells a script. */
public final class ExitCode {
  /** What was expected was seen. */
  public static final int AS_EXPECTED = 0;

  /** Something else was seen, or what must be seen was not. */
  public static final int UNEXPECTED = 1;

  /**
   * The command line or a configuration file is wrong, and nothing has run; or what was found could
   * not be written.
   */
  public static final int BAD_INPUT = 2;

  /** A defect of Diorama itself. */
  public static final int DEFECT = 3;

  /** Interrupted, after the summary was printed and everything found so far was saved. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
