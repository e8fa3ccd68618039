package diorama.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A property of every history of a correct kernel.
 *
 * <p>A check takes entries as they come and says what it found as soon as it is certain. It keeps
 * only what it needs to notice; what it needs to tell a cause it looks up in the history when there
 * is something to tell. It may be fed from a running machine or from a record, and finds the same.
 */
public interface Check {
  /** Whether tracepoints of this name matter to the check at all; called by many threads. */
  boolean wants(String name);

  /** Takes the next tracepoint. */
  void see(Event event, Supplier<History> soFar, Findings findings);

  /**
   * Takes the next complaint of the kernel.
   *
   * @return whether it belongs to a violation of this check and needs no other explanation
   */
  default boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    return false;
  }

  /** What these checks find in a history, in order; the pure form of a {@link Watch}. */
  static List<Violation> judge(History history, List<Check> checks) {
    List<Violation> all = new ArrayList<>();
    Findings collect =
        new Findings() {
          @Override
          public void found(Violation violation) {
            all.add(violation);
          }

          @Override
          public void explained(Violation before, Violation now) {
            all.replaceAll(v -> v.equals(before) ? now : v);
          }
        };
    Watch watch = new Watch(checks, collect);
    for (Recorded entry : history.entries()) {
      watch.see(entry, () -> history.upTo(entry.sequence()));
    }
    return all;
  }
}
