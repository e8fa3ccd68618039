package diorama.check;

import java.util.function.Supplier;

/**
 * Who completes a direct write can drop every cached page of its range. Takes the kernel's warning
 * that there was one that it could not drop.
 */
public final class CollisionWarning implements ReportCheck {
  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    boolean collision = report.kind() == KernelReport.Kind.WARNING && isOfDirectIo(report);
    if (collision) {
      findings.found(
          Violation.reported(
              report.kind().violationId(), StaleRead.DIRTY_COLLISION, Violation.UNKNOWN, report));
    }
    return collision;
  }

  private static boolean isOfDirectIo(KernelReport report) {
    return report.callTrace().contains("dio_complete")
        || report.callTrace().contains("iomap_dio_complete")
        || report.callTrace().contains("iomap_dio_rw");
  }
}
