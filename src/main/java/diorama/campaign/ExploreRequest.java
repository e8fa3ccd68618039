package diorama.campaign;

/**
 * What an exploration does with a run's scenario.
 *
 * @param run scenario, kernels, settings, seed; its limits and machines do not count
 * @param exploring the strategy
 * @param depth of {@link Exploring#PCT}
 * @param length of each schedule at most, in choices
 * @param first the number of the first schedule; a schedule is a function of seed and number
 * @param schedules how many
 * @param untilViolation whether to end with the first schedule that violates something
 * @param threads how many machines run at once; changes no result
 */
public record ExploreRequest(
    RunRequest run,
    Exploring exploring,
    int depth,
    long length,
    long first,
    long schedules,
    boolean untilViolation,
    int threads) {

  Way way() {
    return new Way(exploring, depth, length, Way.pace(run.settings().seeded()));
  }
}
