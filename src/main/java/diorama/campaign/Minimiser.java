package diorama.campaign;

import diorama.engine.seeded.Lane;
import diorama.engine.seeded.SeededEngine;
import diorama.trace.Explanation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks for the smallest run that still shows what a run has shown. */
final class Minimiser {
  /** How many schedules are tried before a workload counts as too small. */
  private static final long SCHEDULES = 120;

  /** How many schedules are tried to make one simpler. */
  private static final int PRUNING = 1_200;

  private static final SeededMachine.Limits LIMITS =
      new SeededMachine.Limits(Duration.ofMillis(400).toNanos(), Long.MAX_VALUE, 20_000, true);

  private final SeededEngine engine;
  private final MachinePlan plan;

  Minimiser(SeededEngine engine, MachinePlan plan) {
    this.engine = engine;
    this.plan = plan;
  }

  /**
   * Minimises a workload and a schedule.
   *
   * @param workload what the machine's tasks do
   * @param shown a run of it that shows the anomaly
   */
  Minimised minimise(Anomaly anomaly, Workload workload, Trial shown) {
    WorkloadShrinking shrinking =
        new WorkloadShrinking(plan, engine.lanes(), anomaly, LIMITS, workload, shown, SCHEDULES);
    shrinking.shrink();
    MachinePlan smaller = plan.with(shrinking.smallest());
    Lane lane = engine.lanes().get(0);
    return lane.submit(
            () -> {
              SchedulePruning pruning =
                  new SchedulePruning(smaller, lane, anomaly, LIMITS, shrinking.shown());
              Trial simplest = pruning.prune(PRUNING);
              List<Ordering> orderings =
                  new CriticalOrderings(smaller, lane, anomaly, LIMITS).of(simplest);
              return new Minimised(
                  anomaly,
                  shrinking.smallest(),
                  simplest,
                  shrinking.shown().choices(),
                  explanation(smaller, lane, anomaly, simplest),
                  orderings,
                  shrinking.tried(),
                  pruning.tried());
            })
        .join();
  }

  private static Explanation explanation(
      MachinePlan plan, Lane lane, Anomaly anomaly, Trial simplest) {
    List<Explanation> explanations = new ArrayList<>();
    SeededMachine.directed(
        plan,
        simplest.number(),
        lane,
        simplest.choices(),
        LIMITS,
        Watching.NOBODY.explain(
            (violation, history) -> {
              if (Anomaly.of(violation).equals(anomaly)) {
                explanations.add(
                    Explanation.of(
                        history,
                        violation,
                        plan.request().races().missing(violation.race(), plan.kernel())));
              }
            }));
    if (explanations.isEmpty()) {
      throw new NotDeterministic("the minimised schedule did not show " + anomaly + " again");
    }
    return explanations.get(0);
  }
}
