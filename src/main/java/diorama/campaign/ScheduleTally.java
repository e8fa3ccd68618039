package diorama.campaign;

import diorama.campaign.ExploreResult.First;
import diorama.check.Violation;
import diorama.config.Scenario;
import diorama.trace.Explanation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is counted over the schedules of an exploration, in the order of their numbers, in whichever
 * order they are finished. Used by one thread.
 */
final class ScheduleTally {
  private final Tally tally;
  private final TreeMap<Long, SeededRun> early = new TreeMap<>();
  private final List<Long> deliveriesOfEach = new ArrayList<>();
  private final Set<String> outcomes = new HashSet<>();
  private final Set<Long> traces = new HashSet<>();
  private final List<First> firsts = new ArrayList<>();
  private final long from;
  private final boolean untilViolation;
  private long expected;
  private long deliveries;
  private long runTwice;
  private @Nullable Long toFirst;

  /**
   * A tally of nothing.
   *
   * @param from the number of the first schedule
   * @param untilViolation whether those after the first violation do not count, since how many of
   *     them were begun depends on the threads
   */
  ScheduleTally(Tally tally, long from, boolean untilViolation) {
    this.tally = tally;
    this.from = from;
    this.untilViolation = untilViolation;
    this.expected = from;
  }

  /** Takes what is finished, as far as nothing before it is missing. */
  void take(Queue<SeededRun> finished) {
    for (SeededRun run = finished.poll(); run != null; run = finished.poll()) {
      early.put(run.number(), run);
    }
    for (SeededRun run = next(); run != null; run = next()) {
      count(run);
      expected++;
    }
  }

  private @Nullable SeededRun next() {
    return untilViolation && toFirst != null ? null : early.remove(expected);
  }

  private void count(SeededRun run) {
    run.operations().forEach(tally::operation);
    tally.counted(run.counted());
    for (Violation violation : run.violations()) {
      tally.count(violation);
      if (firsts.stream().noneMatch(first -> is(first, violation))) {
        firsts.add(
            new First(
                violation.id(),
                Tally.known(violation.race()),
                Tally.known(violation.variant()),
                run.number()));
      }
    }
    if (!run.violations().isEmpty() && toFirst == null) {
      toFirst = run.number() - from + 1;
    }
    if (Exploration.isRunTwice(run.number())) {
      runTwice++;
    }
    outcomes.add(outcome(run.violations()));
    traces.add(run.hash());
    deliveries += run.deliveries();
    deliveriesOfEach.add(run.deliveries());
  }

  private static String outcome(Collection<Violation> violations) {
    return violations.stream()
        .map(v -> v.id() + " " + v.race() + " " + v.variant())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  static boolean is(First first, Violation violation) {
    return first.id().equals(violation.id())
        && first.race().equals(Tally.known(violation.race()))
        && first.variant().equals(Tally.known(violation.variant()));
  }

  /** Of each kind of violation, the schedule that showed it first. */
  List<First> firsts() {
    return List.copyOf(firsts);
  }

  void explain(Violation violation, Explanation explanation) {
    tally.explain(violation, explanation);
  }

  void trace(Violation violation, Path file) {
    tally.trace(violation.id(), Tally.known(violation.race()), file);
  }

  long schedules() {
    return deliveriesOfEach.size();
  }

  long operations() {
    return tally.operations();
  }

  long deliveries() {
    return deliveries;
  }

  Map<String, Long> violations() {
    return tally.violations();
  }

  ExploreResult.Kernel result(Scenario scenario, int threads, double elapsed) {
    List<Long> sorted = deliveriesOfEach.stream().sorted().toList();
    return new ExploreResult.Kernel(
        Verdict.judge(scenario, tally.result(elapsed, threads, 0, 1, deliveries, null)),
        schedules(),
        toFirst,
        schedules() / Math.max(1e-9, elapsed),
        sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2),
        outcomes.size(),
        traces.size(),
        runTwice,
        firsts());
  }
}
