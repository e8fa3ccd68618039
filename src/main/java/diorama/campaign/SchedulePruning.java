package diorama.campaign;

import diorama.engine.seeded.Lane;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a schedule simpler for as long as it still shows the anomaly: fewer switches from one
 * context to another first, then fewer choices.
 */
final class SchedulePruning {
  private final MachinePlan plan;
  private final Lane lane;
  private final Anomaly anomaly;
  private final SeededMachine.Limits limits;
  private final Set<Choices> asked = new HashSet<>();
  private Trial best;

  /**
   * @param shown what is known to show the anomaly
   */
  SchedulePruning(
      MachinePlan plan, Lane lane, Anomaly anomaly, SeededMachine.Limits limits, Trial shown) {
    this.plan = plan;
    this.lane = lane;
    this.anomaly = anomaly;
    this.limits = limits;
    this.best = shown;
  }

  /** Prunes until nothing helps any more, or so many schedules were tried; on the lane's thread. */
  Trial prune(int most) {
    Trial again = trial(best.choices());
    if (again == null) {
      return best;
    }
    best = again;
    Trial before;
    do {
      before = best;
      dropRanges(most);
      mergeBlocks(most);
    } while (!before.equals(best) && asked.size() < most);
    return best;
  }

  /** How many schedules were tried. */
  int tried() {
    return asked.size();
  }

  private void dropRanges(int most) {
    for (int size = best.choices().size() / 2; size > 0; size /= 2) {
      int at = 0;
      while (at < best.choices().size() && asked.size() < most) {
        int end = Math.min(best.choices().size(), at + size);
        if (!accept(best.choices().without(at, end))) {
          at += size;
        }
      }
    }
  }

  /** Lets a context do at once what it did in two goes. */
  private void mergeBlocks(int most) {
    int at = 0;
    while (at < best.choices().size() && asked.size() < most) {
      int end = best.choices().endOfBlock(at);
      if (!(accept(broughtForward(best.choices(), at, end))
          || accept(putOff(best.choices(), at, end)))) {
        at = end;
      }
    }
  }

  private static @Nullable Choices broughtForward(Choices choices, int from, int to) {
    for (int i = from - 1; i >= 0; i--) {
      if (choices.source(i) == choices.source(from)) {
        return choices.moved(from, to, i + 1);
      }
    }
    return null;
  }

  private static @Nullable Choices putOff(Choices choices, int from, int to) {
    for (int i = to; i < choices.size(); i++) {
      if (choices.source(i) == choices.source(from)) {
        return choices.moved(from, to, i - (to - from));
      }
    }
    return null;
  }

  private boolean accept(@Nullable Choices candidate) {
    if (candidate == null || !asked.add(candidate)) {
      return false;
    }
    Trial trial = trial(candidate);
    if (trial == null || !isSimpler(trial.choices(), best.choices())) {
      return false;
    }
    best = trial;
    return true;
  }

  private @Nullable Trial trial(Choices candidate) {
    return Trial.directed(plan, best.number(), lane, candidate, limits, anomaly);
  }

  private static boolean isSimpler(Choices one, Choices other) {
    int fewer = one.switches() - other.switches();
    return fewer < 0 || (fewer == 0 && one.size() < other.size());
  }
}
