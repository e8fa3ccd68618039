package diorama.campaign;

import diorama.config.Settings;
import diorama.engine.seeded.Pace;
import diorama.engine.seeded.Strategy;
import diorama.kernel.sched.Chance;

/**
 * How the choices of a seeded run are made.
 *
 * @param exploring the strategy
 * @param depth of {@link Exploring#PCT}: how many ordered choices a failure is thought to need
 * @param length of a schedule in choices, as far as it is known
 * @param pace how virtual time passes
 */
record Way(Exploring exploring, int depth, long length, Pace pace) {
  /** As a run of a scenario goes: a random walk. */
  static Way ofRun(Settings settings) {
    return new Way(Exploring.RANDOM, 1, 1, pace(settings.seeded()));
  }

  static Pace pace(Settings.Seeded settings) {
    return new Pace(
        settings.least().toNanos(),
        settings.most().toNanos(),
        settings.preemptEvery(),
        settings.away().toNanos());
  }

  Strategy strategy(Chance chance) {
    return exploring.strategy(depth, length, chance);
  }
}
