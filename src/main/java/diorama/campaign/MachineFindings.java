package diorama.campaign;

import diorama.check.Findings;
import diorama.check.History;
import diorama.check.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the checks of one machine find: counted at once, explained when the kernel has printed what
 * it prints, or when the machine is gone. Called by the machine's actors, one at a time.
 */
final class MachineFindings implements Findings {
  private final Predicate<Violation> count;
  private final BiConsumer<Violation, History> explain;
  private final Supplier<History> history;
  private final Map<Violation, History> waiting = new LinkedHashMap<>();

  /**
   * @param count counts a violation, and says whether it is to be explained
   * @param explain explains it from the history that it was found in
   * @param history the machine's recorder
   */
  MachineFindings(
      Predicate<Violation> count,
      BiConsumer<Violation, History> explain,
      Supplier<History> history) {
    this.count = count;
    this.explain = explain;
    this.history = history;
  }

  @Override
  public synchronized void found(Violation violation) {
    if (!count.test(violation)) {
      return;
    }
    if (violation.report() == null) {
      waiting.put(violation, history.get());
    } else {
      explain.accept(violation, history.get());
    }
  }

  @Override
  public synchronized void explained(Violation before, Violation now) {
    if (waiting.remove(before) != null) {
      explain.accept(now, history.get());
    }
  }

  /** The machine is gone: nothing more is printed. */
  synchronized void close() {
    List<Violation> silent = new ArrayList<>(waiting.keySet());
    for (Violation violation : silent) {
      History then = waiting.remove(violation);
      if (then != null) {
        explain.accept(violation, then);
      }
    }
  }
}
