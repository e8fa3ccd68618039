package diorama.check;

import diorama.check.Witness.Role;
import java.util.List;
import java.util.function.Supplier;

/**
 * An interrupt never sleeps. Takes the kernel's complaint about one that does, and every task that
 * hangs after it: whoever waits for a transfer that this interrupt should end, and the interrupt
 * itself, if what it waits for waits for it.
 */
public final class InterruptSleep implements Check {
  /** The cause: the interrupt that completes a direct write drops cached pages. */
  public static final String INVALIDATE_IN_IRQ = "invalidate-in-irq";

  /** The kernel's complaint. */
  public static final String SLEEPS = "sleeps";

  /** What does not go on because of it. */
  public static final String BEHIND = "behind";

  private String race = "";

  @Override
  public boolean wants(String name) {
    return false;
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {}

  @Override
  public synchronized boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    switch (report.kind()) {
      case SLEEPING_IN_INTERRUPT -> {
        race = cause(report.callTrace());
        findings.found(violation(report, SLEEPS));
        return true;
      }
      case HUNG_TASK, SOFT_LOCKUP -> {
        if (race.isEmpty()) {
          return false;
        }
        findings.found(violation(report, BEHIND));
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  private static String cause(List<String> trace) {
    return trace.contains("invalidate_inode_pages2_range") && trace.contains("dio_bio_end_aio")
        ? INVALIDATE_IN_IRQ
        : Violation.UNKNOWN;
  }

  private Violation violation(KernelReport report, String variant) {
    return new Violation(
        report.kind().violationId(),
        race,
        variant,
        report.sequence(),
        report.nanos(),
        List.of(new Witness(Role.REPORT, report.sequence(), report.context(), null)),
        report);
  }
}
