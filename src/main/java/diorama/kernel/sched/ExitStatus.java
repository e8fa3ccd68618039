package diorama.kernel.sched;

/**
 * How a process ended: what {@code wait} stores.
 *
 * @param code the argument of {@code exit}, 0 to 255; 0 for a process that a signal ended
 * @param signal the signal that ended it, 0 for a process that called {@code exit}
 */
public record ExitStatus(int code, int signal) {
  /** A process that called {@code exit}. */
  public static ExitStatus exited(int code) {
    return new ExitStatus(code & 0xff, 0);
  }

  /** A process that a signal, or an oops, ended. */
  public static ExitStatus killed(int signal) {
    return new ExitStatus(0, signal);
  }

  /** {@code WIFEXITED}. */
  public boolean exited() {
    return signal == 0;
  }

  @Override
  public String toString() {
    return exited() ? "exit code " + code : "killed by " + Signals.name(signal);
  }
}
