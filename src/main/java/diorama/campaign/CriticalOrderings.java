package diorama.campaign;

import diorama.engine.seeded.Lane;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The few pairs of steps whose exchange makes an anomaly go away, found by trying: two contexts,
 * one object.
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

  CriticalOrderings(MachinePlan plan, Lane lane, Anomaly anomaly, SeededMachine.Limits limits) {
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
    List<ScheduledStep> all = log.steps();
    List<ScheduledStep> steps = all.subList(0, Math.min(shown.choices().size(), all.size()));
    List<Pair> critical = new ArrayList<>();
    for (int second = 1; second < steps.size(); second++) {
      for (List<Integer> firsts : before(steps, second)) {
        int latest = latest(shown, firsts, second);
        if (latest >= 0 && canBeExchanged(shown, steps, latest, second)) {
          critical.add(new Pair(latest, second));
        }
      }
    }
    List<Ordering> orderings = new ArrayList<>();
    for (Pair pair : critical) {
      if (critical.stream().noneMatch(other -> pair.follows(other, steps))) {
        orderings.add(ordering(steps, pair));
      }
    }
    return orderings;
  }

  /** The earlier steps on the same object, for each of the other contexts. */
  private static Collection<List<Integer>> before(List<ScheduledStep> steps, int second) {
    Map<Long, List<Integer>> firsts = new LinkedHashMap<>();
    ScheduledStep later = steps.get(second);
    for (int i = 0; i < second; i++) {
      ScheduledStep earlier = steps.get(i);
      if (earlier.target() == later.target()
          && earlier.source() != later.source()
          && earlier.isCall()
          && later.isCall()) {
        firsts.computeIfAbsent(earlier.source(), s -> new ArrayList<>()).add(i);
      }
    }
    return firsts.values();
  }

  /**
   * The latest of some steps that must not come after another one, or -1. What comes later in a
   * context implies what comes earlier, so that it is searched for by halves.
   */
  private int latest(Trial shown, List<Integer> firsts, int second) {
    int low = 0;
    int high = firsts.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (isCritical(shown, firsts.get(middle), second)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? -1 : firsts.get(low - 1);
  }

  /**
   * Whether the later step can come first at all: what it needs may need the earlier one, and then
   * their order is no accident.
   */
  private boolean canBeExchanged(Trial shown, List<ScheduledStep> steps, int first, int second) {
    StepLog log = new StepLog();
    SeededMachine.directed(
        plan,
        shown.number(),
        lane,
        shown.choices().exchanged(first, second),
        limits,
        Watching.NOBODY.steps(log));
    List<ScheduledStep> changed = log.steps();
    int later = sameStep(steps, second, changed);
    int earlier = sameStep(steps, first, changed);
    return later >= 0 && (earlier < 0 || later < earlier);
  }

  /** Where the same context does the same, counted in its own steps, in another run; or -1. */
  private static int sameStep(List<ScheduledStep> steps, int at, List<ScheduledStep> other) {
    ScheduledStep step = steps.get(at);
    long before = steps.subList(0, at).stream().filter(s -> s.source() == step.source()).count();
    for (int i = 0; i < other.size(); i++) {
      if (other.get(i).source() == step.source() && before-- == 0) {
        return other.get(i).target() == step.target() ? i : -1;
      }
    }
    return -1;
  }

  private boolean isCritical(Trial shown, int first, int second) {
    Choices exchanged = shown.choices().exchanged(first, second);
    return Trial.directed(plan, shown.number(), lane, exchanged, limits, anomaly) == null;
  }

  private static Ordering ordering(List<ScheduledStep> steps, Pair pair) {
    ScheduledStep first = steps.get(pair.first);
    ScheduledStep second = steps.get(pair.second);
    return new Ordering(
        context(steps, first.source()),
        first.name(),
        context(steps, second.source()),
        second.name());
  }

  /** What the context is called whose steps those of a source are. */
  private static String context(List<ScheduledStep> steps, long source) {
    return steps.stream()
        .filter(step -> step.source() == source && !step.context().isEmpty())
        .findFirst()
        .map(ScheduledStep::context)
        .orElse("?");
  }
}
