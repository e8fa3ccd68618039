package diorama.check;

import java.util.function.Supplier;

/** A kernel does not complain. Takes what no other check has claimed, so it comes last. */
public final class KernelComplaints implements ReportCheck {
  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    findings.found(
        Violation.reported(
            report.kind().violationId(), Violation.UNKNOWN, Violation.UNKNOWN, report));
    return true;
  }
}
