package diorama.campaign;

import java.util.Comparator;
import java.util.Optional;

/**
 * A run that was made to see whether it shows an anomaly, and does.
 *
 * @param number of its machine
 * @param choices what was chosen up to the moment when the anomaly was certain
 */
record Trial(long number, Choices choices) {
  /** The schedules that are easiest to follow come first. */
  static final Comparator<Trial> SIMPLEST_FIRST =
      Comparator.<Trial>comparingInt(trial -> trial.choices.switches())
          .thenComparingInt(trial -> trial.choices.size());

  /** Whether this schedule is easier to follow than another one. */
  boolean isSimplerThan(Trial other) {
    return SIMPLEST_FIRST.compare(this, other) < 0;
  }

  /** Notices the moment at which an anomaly is certain. */
  static final class Watch {
    private final StepLog log = new StepLog();
    private final Anomaly anomaly;
    private int at = -1;

    Watch(Anomaly anomaly) {
      this.anomaly = anomaly;
    }

    Watching watching() {
      return Watching.NOBODY
          .listener(log)
          .found(
              violation -> {
                if (at < 0 && anomaly.isShownBy(violation)) {
                  at = log.size();
                }
              });
    }

    /** The run as a trial; empty if it did not show the anomaly. */
    Optional<Trial> trial(long number) {
      return at < 0 ? Optional.empty() : Optional.of(new Trial(number, log.choices(at)));
    }
  }
}
