package diorama.check;

import static diorama.check.TracepointName.ADD_TO_PAGE_CACHE;

import diorama.check.Witness.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An interrupt never sleeps. Takes the kernel's complaint about one that does, and every task that
 * hangs after it: whoever waits for a transfer that this interrupt should end, and the interrupt
 * itself, if what it waits for waits for it.
 */
public final class InterruptSleep implements ReportCheck {
  /** The cause: the interrupt that completes a direct write drops cached pages. */
  public static final String INVALIDATE_IN_IRQ = "invalidate-in-irq";

  /** The kernel's complaint. */
  public static final String SLEEPS = "sleeps";

  /** What does not go on because of it. */
  public static final String BEHIND = "behind";

  private String race = "";

  @Override
  public synchronized boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    switch (report.kind()) {
      case SLEEPING_IN_INTERRUPT -> {
        race = cause(report.callTrace());
        findings.found(violation(report, SLEEPS, cameBack(report, soFar.get())));
        return true;
      }
      case HUNG_TASK, SOFT_LOCKUP -> {
        if (race.isEmpty()) {
          return false;
        }
        findings.found(violation(report, BEHIND, null));
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

  /** The page that somebody has brought in since the interrupt looked for pages. */
  private static @Nullable Event cameBack(KernelReport report, History history) {
    return history.last(
        e ->
            e.is(ADD_TO_PAGE_CACHE)
                && e.sequence() < report.sequence()
                && !e.context().equals(report.context()));
  }

  private Violation violation(KernelReport report, String variant, @Nullable Event cameBack) {
    List<Witness> witnesses = new ArrayList<>();
    Witness.addIfSeen(witnesses, Role.REFAULT, cameBack);
    witnesses.add(Witness.of(report));
    return new Violation(
        report.kind().violationId(),
        race,
        variant,
        report.sequence(),
        report.nanos(),
        witnesses,
        report);
  }
}
