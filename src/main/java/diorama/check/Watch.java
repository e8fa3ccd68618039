package diorama.check;

import java.util.List;
import java.util.function.Supplier;

/**
 * The checks of one machine, fed by all of its actors.
 *
 * <p>Entries are taken one at a time. Two that are concurrent may arrive in the other order than
 * their sequence numbers say; two of which one led to the other never do, and no check needs more.
 */
public final class Watch {
  private final List<Check> checks;
  private final Findings findings;

  /**
   * @param checks in the order in which they may claim a complaint of the kernel
   * @param findings called by whichever thread brought the deciding entry; must return soon
   */
  public Watch(List<Check> checks, Findings findings) {
    this.checks = List.copyOf(checks);
    this.findings = findings;
  }

  /** Takes the next entry. */
  public void see(Recorded entry, Supplier<History> soFar) {
    if (entry instanceof Event event) {
      if (wants(event.name())) {
        see(event, soFar);
      }
    } else if (entry instanceof KernelReport report) {
      see(report, soFar);
    }
  }

  private boolean wants(String name) {
    for (int i = 0; i < checks.size(); i++) {
      if (checks.get(i).wants(name)) {
        return true;
      }
    }
    return false;
  }

  private synchronized void see(Event event, Supplier<History> soFar) {
    for (Check check : checks) {
      if (check.wants(event.name())) {
        check.see(event, soFar, findings);
      }
    }
  }

  private synchronized void see(KernelReport report, Supplier<History> soFar) {
    for (Check check : checks) {
      if (check.see(report, soFar, findings)) {
        return;
      }
    }
  }
}
