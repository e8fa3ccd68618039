package diorama.campaign;

import diorama.check.Findings;
import diorama.check.History;
import diorama.check.Violation;
import diorama.trace.Explanation;
import diorama.trace.FixInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the checks of one machine find: counted at once, explained when the kernel has printed what
 * it prints, or when the machine is gone. Called by the machine's actors, one at a time.
 */
final class MachineFindings implements Findings {
  private final Tally tally;
  private final Supplier<History> history;
  private final Function<String, List<FixInfo>> missingFixes;
  private final MachineTrace trace;
  private final Map<Violation, History> waiting = new LinkedHashMap<>();

  /**
   * @param history the machine's recorder
   * @param missingFixes of a race, on this kernel
   * @param trace the machine's
   */
  MachineFindings(
      Tally tally,
      Supplier<History> history,
      Function<String, List<FixInfo>> missingFixes,
      MachineTrace trace) {
    this.tally = tally;
    this.history = history;
    this.missingFixes = missingFixes;
    this.trace = trace;
  }

  @Override
  public synchronized void found(Violation violation) {
    trace.found(violation);
    if (!tally.count(violation)) {
      return;
    }
    if (violation.report() == null) {
      waiting.put(violation, history.get());
    } else {
      explain(violation, history.get());
    }
  }

  @Override
  public synchronized void explained(Violation before, Violation now) {
    if (waiting.remove(before) != null) {
      explain(now, history.get());
    }
  }

  /** The machine is gone: nothing more is printed. */
  synchronized void close() {
    List<Violation> silent = new ArrayList<>(waiting.keySet());
    for (Violation violation : silent) {
      History then = waiting.remove(violation);
      if (then != null) {
        explain(violation, then);
      }
    }
  }

  private void explain(Violation violation, History then) {
    tally.explain(violation, Explanation.of(then, violation, missingFixes.apply(violation.race())));
  }
}
