package diorama.campaign;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Scenarios of this project in the seeded engine: what is found from one seed is found every time.
 */
final class SeededScenario {
  private static final int DEPTH = 3;

  private SeededScenario() {}

  private static RunRequest request(Runs runs, String kernel, long seed, Duration time) {
    return runs.request(
        Engine.SEEDED, kernel, seed, new RunRequest.Limits(time, Optional.empty(), false));
  }

  /** So much virtual time. */
  static KernelResult run(String scenario, String kernel, long seed, Duration time) {
    return new SeededCampaign()
        .run(
            request(Runs.of(scenario), kernel, seed, time), ProgressListener.NONE, new StopSignal())
        .kernels()
        .get(0);
  }

  /** So many schedules of PCT, of at most 5,000 choices. */
  static ExploreResult.Kernel explore(String scenario, String kernel, long seed, long schedules) {
    return explore(Runs.of(scenario), kernel, seed, Exploring.PCT, 5_000, schedules);
  }

  /** So many schedules of at most so many choices. */
  static ExploreResult.Kernel explore(
      Runs runs, String kernel, long seed, Exploring strategy, long length, long schedules) {
    RunRequest request = request(runs, kernel, seed, Duration.ofSeconds(1));
    return new Exploration()
        .run(
            new ExploreRequest(request, strategy, DEPTH, length, 1, schedules, false, 2),
            ProgressListener.NONE,
            new StopSignal())
        .kernels()
        .get(0);
  }

  /** How often a race was seen in each of its variants, whatever it violated. */
  static Map<String, Long> variants(ExploreResult.Kernel kernel, String race) {
    Map<String, Long> variants = new TreeMap<>();
    kernel.result().violations().stream()
        .filter(v -> v.race().equals(race))
        .forEach(v -> v.variants().forEach((name, n) -> variants.merge(name, n, Long::sum)));
    return variants;
  }
}
