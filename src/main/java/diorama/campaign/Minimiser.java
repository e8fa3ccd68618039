package diorama.campaign;

import diorama.engine.seeded.Lane;
import diorama.engine.seeded.Pace;
import diorama.trace.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for the smallest run that still shows what a run has shown. */
final class Minimiser {
  /** How many schedules are tried before a workload counts as too small. */
  private static final long SCHEDULES = 100;

  /** How many schedules of the smallest workload are run to find a simple one to begin with. */
  private static final long BEGINNINGS = 200;

  /** How many of those that show the anomaly are pruned. */
  private static final int PRUNED = 3;

  /** How often others are looked for, and how many switches are so few that they need not be. */
  private static final int ROUNDS = 2;

  private static final int SIMPLE = 8;

  /** How many schedules are tried to make one of them simpler, and then the simplest. */
  private static final int ROUGHLY = 100;

  private static final int THOROUGHLY = 500;

  private static final int STUBBORN = 2_500;

  /** How often somebody loses the processor in the schedules that are tried, by turns. */
  private static final long[] PREEMPT_EVERY = {10, 20, 40};

  private final List<Lane> lanes;
  private final MachinePlan plan;
  private long explored;
  private int prunings;

  Minimiser(List<Lane> lanes, MachinePlan plan) {
    this.lanes = lanes;
    this.plan = plan;
  }

  /**
   * Minimises a workload and a schedule.
   *
   * @param workload what the machine's tasks do
   * @param recorded a run of it that shows the anomaly
   * @return empty if the run does not show it again as a schedule of calls, nor any other that was
   *     tried
   */
  Optional<Minimised> minimise(Anomaly anomaly, Workload workload, Trial recorded) {
    Trials trials = new Trials(plan, lanes, anomaly, recorded);
    Trials whole = trials.of(workload);
    return whole
        .directed(recorded.number(), recorded.choices())
        .or(() -> whole.first(this::way, BEGINNINGS))
        .map(shown -> minimise(trials, workload, shown));
  }

  private Minimised minimise(Trials trials, Workload workload, Trial shown) {
    WorkloadShrinking shrinking =
        new WorkloadShrinking(trials, this::way, SCHEDULES, workload, shown);
    shrinking.shrink();
    Trials smallest = trials.of(shrinking.smallest()).like(shrinking.shown());
    Trial simplest = simplest(smallest, shrinking.shown());
    Explanation explanation = explanation(smallest, simplest);
    // The same race may happen in another form when two steps are exchanged: that is not the same.
    Trials exact = smallest.showing(Anomaly.of(explanation.violation()));
    CriticalOrderings orderings = new CriticalOrderings(exact, simplest);
    return new Minimised(
        trials.anomaly(),
        smallest.plan(),
        shrinking.smallest(),
        simplest,
        explanation,
        orderings.find(),
        orderings.areAll(),
        shrinking.tried() + explored,
        prunings);
  }

  /** The simplest of some schedules after each was pruned: one by itself may lead nowhere. */
  private Trial simplest(Trials trials, Trial shown) {
    Trial simplest = pruned(trials, shown, ROUGHLY);
    for (int round = 0; round < ROUNDS && simplest.choices().switches() > SIMPLE; round++) {
      List<Trial> beginnings = new ArrayList<>(beginnings(trials, shown, round));
      beginnings.sort(Trial.SIMPLEST_FIRST);
      for (Trial beginning : beginnings.subList(0, Math.min(PRUNED, beginnings.size()))) {
        Trial pruned = pruned(trials, beginning, ROUGHLY);
        if (pruned.isSimplerThan(simplest)) {
          simplest = pruned;
        }
      }
    }
    return pruned(trials, simplest, simplest.choices().switches() > SIMPLE ? STUBBORN : THOROUGHLY);
  }

  private List<Trial> beginnings(Trials trials, Trial shown, int round) {
    explored += BEGINNINGS;
    return trials.all(
        number -> fewChanges(number, 2L * shown.choices().size()),
        1 + round * BEGINNINGS,
        (round + 1) * BEGINNINGS);
  }

  private Trial pruned(Trials trials, Trial shown, int most) {
    SchedulePruning pruning = new SchedulePruning(trials, shown);
    Trial pruned = pruning.prune(most);
    prunings += pruning.tried();
    return pruned;
  }

  private Way way(long number) {
    return new Way(Exploring.RANDOM, 1, 1, pace(number));
  }

  /** Priorities change the context seldom, so that what they lead to is simple from the start. */
  private Way fewChanges(long number, long length) {
    return new Way(Exploring.PCT, 3, length, pace(number));
  }

  private Pace pace(long number) {
    return Way.pace(plan.request().settings().seeded())
        .preempting(PREEMPT_EVERY[(int) (number % PREEMPT_EVERY.length)]);
  }

  private static Explanation explanation(Trials trials, Trial simplest) {
    List<Explanation> explanations = new ArrayList<>();
    Watching watching =
        Watching.NOBODY.explain(
            (violation, history) -> {
              if (trials.anomaly().isShownBy(violation)) {
                explanations.add(trials.plan().explain(violation, history));
              }
            });
    trials.each(List.of(simplest), (lane, trial) -> trials.watched(lane, trial, watching));
    if (explanations.isEmpty()) {
      throw new NotDeterministic(
          "the minimised schedule did not show " + trials.anomaly() + " again");
    }
    return explanations.get(0);
  }
}
