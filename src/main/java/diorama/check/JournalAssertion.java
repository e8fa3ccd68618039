package diorama.check;

import java.util.function.Supplier;

/** Commit meets no buffer that is dirty and that it is not to write home: jbd2 asserts it. */
public final class JournalAssertion implements ReportCheck {
  /** What a violation of this check is called. */
  public static final String ID = "journal-assertion";

  /** The cause of the documented ones. */
  public static final String RACE = "journalled-assertion";

  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    if (report.kind() != KernelReport.Kind.OOPS
        || !report.headline().contains("kernel BUG at fs/jbd2/commit.c")) {
      return false;
    }
    findings.found(Violation.reported(ID, RACE, Violation.UNKNOWN, report));
    return true;
  }
}
