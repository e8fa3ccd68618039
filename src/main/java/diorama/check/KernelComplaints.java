package diorama.check;

import diorama.check.Witness.Role;
import java.util.List;
import java.util.function.Supplier;

/** A kernel does not complain. Takes what no other check has claimed, so it comes last. */
public final class KernelComplaints implements Check {
  @Override
  public boolean wants(String name) {
    return false;
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {}

  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    findings.found(
        new Violation(
            report.kind().violationId(),
            Violation.UNKNOWN,
            Violation.UNKNOWN,
            report.sequence(),
            report.nanos(),
            List.of(new Witness(Role.REPORT, report.sequence(), report.context(), null)),
            report));
    return true;
  }
}
