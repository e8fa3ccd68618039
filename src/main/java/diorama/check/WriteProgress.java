package diorama.check;

import static diorama.check.TracepointName.COPIED_NOTHING;

import diorama.check.Witness.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A buffered write comes forward: it neither tries to copy the same bytes for ever, nor waits for a
 * page lock that it holds itself.
 */
public final class WriteProgress implements Check {
  /** What a write is called that goes round. */
  public static final String LIVELOCK = "write-livelock";

  /** The cause of both. */
  public static final String RACE = "prefault-livelock-deadlock";

  /** More often in a row nothing is copied only where nobody brings the source in. */
  private static final long MOST = 200;

  private final Set<Integer> reported = new HashSet<>();

  @Override
  public boolean wants(String name) {
    return name.equals(COPIED_NOTHING);
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    if (event.point().b() >= MOST && reported.add(event.context().pid())) {
      findings.found(
          new Violation(
              LIVELOCK,
              RACE,
              "livelock",
              event.sequence(),
              event.nanos(),
              List.of(Witness.of(Role.GOES_ROUND, event)),
              null));
    }
  }

  /** Who copies with the page locked and faults on that page is seen waiting in both. */
  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    List<String> trace = report.callTrace();
    if (report.kind() != KernelReport.Kind.HUNG_TASK
        || !trace.contains("do_page_fault")
        || !trace.contains("generic_perform_write")) {
      return false;
    }
    findings.found(Violation.reported(report.kind().violationId(), RACE, "deadlock", report));
    return true;
  }
}
