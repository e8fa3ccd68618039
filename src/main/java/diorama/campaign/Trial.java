package diorama.campaign;

import diorama.engine.seeded.Lane;
import org.jspecify.annotations.Nullable;

/**
 * A run that was made to see whether it shows an anomaly.
 *
 * @param number of its machine
 * @param choices what was chosen up to the moment when the anomaly was certain
 */
record Trial(long number, Choices choices) {
  /** Runs one schedule of a strategy; null if it does not show the anomaly. */
  static @Nullable Trial explored(
      MachinePlan plan,
      long number,
      Lane lane,
      Way way,
      SeededMachine.Limits limits,
      Anomaly anomaly) {
    Moment moment = new Moment(anomaly);
    SeededMachine.run(plan, number, lane, way, limits, moment.watching());
    return moment.trial(number);
  }

  /** Runs a schedule; null if it does not show the anomaly. */
  static @Nullable Trial directed(
      MachinePlan plan,
      long number,
      Lane lane,
      Choices choices,
      SeededMachine.Limits limits,
      Anomaly anomaly) {
    Moment moment = new Moment(anomaly);
    SeededMachine.directed(plan, number, lane, choices, limits, moment.watching());
    return moment.trial(number);
  }

  /** How many choices were made when the anomaly was found. */
  private static final class Moment {
    private final StepLog log = new StepLog();
    private final Anomaly anomaly;
    private int at = -1;

    Moment(Anomaly anomaly) {
      this.anomaly = anomaly;
    }

    Watching watching() {
      return Watching.NOBODY
          .listener(log)
          .found(
              violation -> {
                if (at < 0 && Anomaly.of(violation).equals(anomaly)) {
                  at = log.size();
                }
              });
    }

    @Nullable Trial trial(long number) {
      return at < 0 ? null : new Trial(number, log.choices(at));
    }
  }
}
