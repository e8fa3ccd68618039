package diorama.campaign;

import diorama.engine.seeded.Lane;
import java.util.ArrayList;
import java.util.List;

/**
 * The few pairs of steps whose exchange makes an anomaly go away, found by trying each pair: two
 * contexts, one object, one right after the other there.
 */
final class CriticalOrderings {
  private record Pair(int first, int second) {
    /** Whether this order follows from the other and from the order within each context. */
    boolean follows(Pair other, List<ScheduledStep> steps) {
      return !equals(other)
          && steps.get(first).source() == steps.get(other.first).source()
          && steps.get(second).source() == steps.get(other.second).source()
          && first <= other.first
          && other.second <= second;
    }
  }

  private final MachinePlan plan;
  private final Lane lane;
  private final Anomaly anomaly;
  private final SeededMachine.Limits limits;

  CriticalOrderings(
      MachinePlan plan, Lane lane, Anomaly anomaly, SeededMachine.Limits limits) {
    this.plan = plan;
    this.lane = lane;
    this.anomaly = anomaly;
    this.limits = limits;
  }

  /** The orderings of a run that shows the anomaly, in its order; on the lane's thread. */
  List<Ordering> of(Trial shown) {
    StepLog log = new StepLog();
    SeededMachine.directed(
        plan, shown.number(), lane, shown.choices(), limits, Watching.NOBODY.steps(log));
    List<ScheduledStep> steps = log.steps();
    int size = Math.min(shown.choices().size(), steps.size());
    List<Pair> critical = new ArrayList<>();
    for (Pair pair : races(steps.subList(0, size))) {
      Choices exchanged = shown.choices().exchanged(pair.first, pair.second);
      if (Trial.directed(plan, shown.number(), lane, exchanged, limits, anomaly) == null) {
        critical.add(pair);
      }
    }
    List<Ordering> orderings = new ArrayList<>();
    for (Pair pair : critical) {
      if (critical.stream().noneMatch(other -> pair.follows(other, steps))) {
        orderings.add(ordering(steps.get(pair.first), steps.get(pair.second)));
      }
    }
    return orderings;
  }

  /** Steps of two contexts on one object, with nobody's in between. */
  private static List<Pair> races(List<ScheduledStep> steps) {
    List<Pair> pairs = new ArrayList<>();
    for (int second = 1; second < steps.size(); second++) {
      for (int first = second - 1; first >= 0; first--) {
        if (steps.get(first).target() == steps.get(second).target()) {
          if (steps.get(first).source() != steps.get(second).source()) {
            pairs.add(new Pair(first, second));
          }
          break;
        }
      }
    }
    return pairs;
  }

  private static Ordering ordering(ScheduledStep first, ScheduledStep second) {
    return new Ordering(first.context(), first.name(), second.context(), second.name());
  }
}
