package diorama.campaign;

import com.typesafe.config.ConfigFactory;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.SeededEngine;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Machines of the small scenario in the seeded engine, made smaller still: four pages a write. */
final class SeededRuns {
  static final long SEED = 1;

  private SeededRuns() {}

  static Runs small() {
    return Runs.of("aio-dio-invalidate-failure-small")
        .set("tasks.aio-dio-invalidate-failure.size=16KiB");
  }

  /** A request of one machine without limits of its own. */
  static RunRequest request(Runs runs, String kernel, long seed) {
    return runs.machines(1)
        .request(
            Engine.SEEDED,
            kernel,
            seed,
            new RunRequest.Limits(Duration.ofMinutes(1), Optional.empty(), false));
  }

  static MachinePlan plan(Runs runs, String kernel) {
    RunRequest request = request(runs, kernel, SEED);
    return new MachinePlan(request, request.kernels().get(0));
  }

  static SeededMachine.Limits choices(long most) {
    return new SeededMachine.Limits(Long.MAX_VALUE, Long.MAX_VALUE, most, false, new StopSignal());
  }

  /** So many choices of a machine; on the lane's thread. */
  static SeededRun run(MachinePlan plan, long number, Lane lane, long choices, Watching watching) {
    return SeededMachine.run(
        plan, number, lane, Way.ofRun(plan.request().settings()), choices(choices), watching);
  }

  /** Runs something on the lane of an engine that is there for nothing else. */
  static <T> T onLane(Function<Lane, T> work) {
    try (SeededEngine engine = SeededEngine.start(1, ConfigFactory.empty())) {
      Lane lane = engine.lanes().get(0);
      return lane.submit(() -> work.apply(lane)).join();
    }
  }
}
