package diorama.kernel.sched;

/** The signals that processes of the miniature meet, with their numbers on i386. */
public final class Signals {
  public static final int SIGBUS = 7;
  public static final int SIGKILL = 9;
  public static final int SIGSEGV = 11;
  public static final int SIGALRM = 14;
  public static final int SIGTERM = 15;

  private Signals() {}

  /** The symbol of a signal number. */
  public static String name(int number) {
    return switch (number) {
      case SIGBUS -> "SIGBUS";
      case SIGKILL -> "SIGKILL";
      case SIGSEGV -> "SIGSEGV";
      case SIGALRM -> "SIGALRM";
      case SIGTERM -> "SIGTERM";
      default -> "signal " + number;
    };
  }
}
