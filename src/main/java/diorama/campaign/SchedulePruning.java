package diorama.campaign;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a schedule simpler for as long as it still shows the anomaly: fewer switches from one
 * context to another first, then fewer choices.
 */
final class SchedulePruning {
  private final Trials trials;
  private final Set<Choices> asked = new HashSet<>();
  private Trial best;

  /**
   * @param shown what is known to show the anomaly
   */
  SchedulePruning(Trials trials, Trial shown) {
    this.trials = trials;
    this.best = shown;
  }

  /** Prunes until nothing helps any more, or so many schedules were tried in all. */
  Trial prune(int most) {
    Optional<Trial> again = trials.directed(best.number(), best.choices());
    if (again.isEmpty()) {
      return best;
    }
    best = again.get();
    Trial before;
    do {
      before = best;
      mergeBlocks(most);
      dropRanges(most);
    } while (!before.equals(best) && asked.size() < most);
    return best;
  }

  /** How many schedules were tried. */
  int tried() {
    return asked.size();
  }

  /** As many ranges are tried at once as there are lanes; the first that can go goes. */
  private void dropRanges(int most) {
    for (int size = best.choices().size() / 2; size > 0; size /= 2) {
      int at = 0;
      while (at < best.choices().size() && asked.size() < most) {
        List<Choices> candidates = new ArrayList<>();
        for (int from = at;
            from < best.choices().size() && candidates.size() < trials.width();
            from += size) {
          int to = Math.min(best.choices().size(), from + size);
          candidates.add(best.choices().without(from, to));
        }
        at += size * rejected(candidates);
      }
    }
  }

  /** Lets a context do at once what it did in two goes. */
  private void mergeBlocks(int most) {
    int at = 0;
    while (at < best.choices().size() && asked.size() < most) {
      int end = best.choices().endOfBlock(at);
      List<Choices> candidates =
          Stream.of(broughtForward(best.choices(), at, end), putOff(best.choices(), at, end))
              .flatMap(Optional::stream)
              .toList();
      if (rejected(candidates) == candidates.size()) {
        at = end;
      }
    }
  }

  private static Optional<Choices> broughtForward(Choices choices, int from, int to) {
    for (int i = from - 1; i >= 0; i--) {
      if (choices.source(i) == choices.source(from)) {
        return Optional.of(choices.moved(from, to, i + 1));
      }
    }
    return Optional.empty();
  }

  private static Optional<Choices> putOff(Choices choices, int from, int to) {
    for (int i = to; i < choices.size(); i++) {
      if (choices.source(i) == choices.source(from)) {
        return Optional.of(choices.moved(from, to, i - (to - from)));
      }
    }
    return Optional.empty();
  }

  /** How many of the candidates were rejected before the first that was accepted, if any was. */
  private int rejected(List<Choices> candidates) {
    List<Choices> fresh = candidates.stream().filter(c -> !asked.contains(c)).toList();
    List<Optional<Trial>> shown = trials.directed(best.number(), fresh);
    for (int i = 0; i < fresh.size(); i++) {
      asked.add(fresh.get(i));
      Optional<Trial> trial = shown.get(i);
      if (trial.isPresent() && trial.get().isSimplerThan(best)) {
        best = trial.get();
        return candidates.indexOf(fresh.get(i));
      }
    }
    return candidates.size();
  }
}
