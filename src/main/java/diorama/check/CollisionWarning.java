package diorama.check;

import diorama.check.Witness.Role;
import java.util.List;
import java.util.function.Supplier;

/**
 * Who completes a direct write can drop every cached page of its range. Takes the kernel's warning
 * that there was one that it could not drop.
 */
public final class CollisionWarning implements Check {
  @Override
  public boolean wants(String name) {
    return false;
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {}

  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    boolean collision = report.kind() == KernelReport.Kind.WARNING && isOfDirectIo(report);
    if (collision) {
      findings.found(
          new Violation(
              report.kind().violationId(),
              StaleRead.DIRTY_COLLISION,
              Violation.UNKNOWN,
              report.sequence(),
              report.nanos(),
              List.of(new Witness(Role.REPORT, report.sequence(), report.context(), null)),
              report));
    }
    return collision;
  }

  private static boolean isOfDirectIo(KernelReport report) {
    return report.callTrace().contains("dio_complete")
        || report.callTrace().contains("iomap_dio_complete")
        || report.callTrace().contains("iomap_dio_rw");
  }
}
