package diorama.check;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Page locks are taken outside of journal handles, never within one.
 *
 * <p>Takes lockdep's report of the two in both orders, and every task that hangs for it: those that
 * were reported after it and stand in one of the three places of the circle. The variant names the
 * place.
 */
public final class LockInversion implements ReportCheck {
  /** The cause: pages are invalidated while the file system's journal handle is open. */
  public static final String RACE = "journal-page-lock-inversion";

  /** Lockdep's report. */
  public static final String LOCKDEP = "lockdep";

  /** Holds a handle, waits for a page lock. */
  public static final String DIRECT_WRITER = "direct-writer";

  /** Holds a page lock, waits for a handle. */
  public static final String WANTS_HANDLE = "wants-handle";

  /** Waits until the handle is stopped. */
  public static final String COMMIT = "commit";

  /** Waits for one of the three. */
  public static final String BEHIND = "behind";

  private static final String PAGE_LOCK = "PG_locked";
  private static final String HANDLE = "jbd_handle";
  private static final Pattern LOCK = Pattern.compile("^(?: |-> #\\d+ )\\(([^)]+)\\)");

  private boolean inverted;

  @Override
  public synchronized boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    String variant =
        switch (report.kind()) {
          case LOCK_ORDER -> inversion(report) ? LOCKDEP : Violation.UNKNOWN;
          case HUNG_TASK -> inverted ? place(report.callTrace()) : Violation.UNKNOWN;
          default -> Violation.UNKNOWN;
        };
    if (variant.equals(Violation.UNKNOWN)) {
      return false;
    }
    inverted = true;
    findings.found(Violation.reported(report.kind().violationId(), RACE, variant, report));
    return true;
  }

  /** A circle of these two and no third: others have other causes. */
  private static boolean inversion(KernelReport report) {
    Set<String> locks =
        report.lines().stream()
            .map(LOCK::matcher)
            .filter(Matcher::find)
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    return locks.equals(Set.of(PAGE_LOCK, HANDLE));
  }

  private static String place(List<String> trace) {
    if (trace.contains("invalidate_inode_pages2_range") && trace.contains("__blockdev_direct_IO")) {
      return DIRECT_WRITER;
    }
    if (trace.contains("journal_commit_transaction")) {
      return COMMIT;
    }
    return trace.contains("start_this_handle") ? WANTS_HANDLE : BEHIND;
  }
}
