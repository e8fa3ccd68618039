package diorama.check;

import diorama.check.Witness.Role;
import java.util.List;
import java.util.function.Supplier;

/** Commit meets no buffer that is dirty and that it is not to write home: jbd2 asserts it. */
public final class JournalAssertion implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "journal-assertion";

  /** The cause of the documented ones. */
  public static final String RACE = "journalled-assertion";

  @Override
  public boolean wants(String name) {
    return false;
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {}

  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    if (report.kind() != KernelReport.Kind.OOPS
        || !report.headline().contains("kernel BUG at fs/jbd2/commit.c")) {
      return false;
    }
    findings.found(
        new Violation(
            ID,
            RACE,
            Violation.UNKNOWN,
            report.sequence(),
            report.nanos(),
            List.of(new Witness(Role.REPORT, report.sequence(), report.context(), null)),
            report));
    return true;
  }
}
