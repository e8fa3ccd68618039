package diorama.check;

import diorama.kernel.sched.Context;
import java.util.List;

/**
 * What the kernel itself complained about, as it printed it.
 *
 * @param sequence where it stands in the order of its machine
 * @param nanos when, in nanoseconds of the machine's clock
 * @param kind what sort of complaint
 * @param context where the kernel was when it complained
 * @param callTrace the functions entered and not left, innermost first
 * @param lines what was printed, first line first
 */
public record KernelReport(
    long sequence,
    long nanos,
    Kind kind,
    Context context,
    List<String> callTrace,
    List<String> lines)
    implements Recorded {

  /** The sorts of complaints; the names are those of the kernel side's own list. */
  public enum Kind {
    OOPS("oops"),
    PANIC("panic"),
    WARNING("warning"),
    SLEEPING_IN_INTERRUPT("sleeping-in-interrupt"),
    HUNG_TASK("hung-task"),
    SOFT_LOCKUP("soft-lockup"),
    LOCK_ORDER("lock-order-cycle");

    private final String violationId;

    Kind(String violationId) {
      this.violationId = violationId;
    }

    /** What a violation of this sort is called. */
    public String violationId() {
      return violationId;
    }

    /** Whether the context died of it. */
    public boolean fatal() {
      return this == OOPS || this == PANIC;
    }
  }

  public KernelReport {
    callTrace = List.copyOf(callTrace);
    lines = List.copyOf(lines);
  }

  /** The line that says what went wrong; an oops and a lockdep report have a rule above it. */
  public String headline() {
    return lines.stream()
        .filter(line -> !line.startsWith("-") && !line.startsWith("="))
        .findFirst()
        .orElse(kind.violationId());
  }
}
