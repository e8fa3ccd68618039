package diorama.campaign;

import diorama.process.script.Script;
import diorama.process.script.Shrinker;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Makes a workload smaller for as long as some schedule still shows the anomaly: delta debugging
 * over system calls, where the test of a candidate is an exploration (as in DEMi, Scott et al.,
 * NSDI 2016).
 */
final class WorkloadShrinking {
  private final Trials trials;
  private final LongFunction<Way> ways;
  private final long schedules;
  private Workload smallest;
  private Trial shown;
  private long tried;

  /**
   * @param ways of exploring a candidate, by the number of the schedule
   * @param schedules how many are tried on each candidate
   * @param workload shows the anomaly in the trial
   */
  WorkloadShrinking(
      Trials trials, LongFunction<Way> ways, long schedules, Workload workload, Trial shown) {
    this.trials = trials;
    this.ways = ways;
    this.schedules = schedules;
    this.smallest = workload;
    this.shown = shown;
  }

  void shrink() {
    startSmall();
    for (String task : List.copyOf(smallest.scripts().keySet())) {
      if (smallest.scripts().size() > 1) {
        shows(smallest.without(task));
      }
    }
    for (String task : List.copyOf(smallest.scripts().keySet())) {
      Script script = smallest.scripts().get(task);
      if (script != null) {
        Shrinker.minimise(script, candidate -> shows(smallest.with(task, candidate)));
      }
    }
  }

  /** Most of what a long run did was not needed: the last few calls of each process may do. */
  private void startSmall() {
    Workload whole = smallest;
    int size = 2;
    while (size < whole.calls()
        && !(shows(whole.last(size).shortest()) || shows(whole.last(size)))) {
      size *= 2;
    }
  }

  /** The smallest workload that was seen to show it, and the run in which it did. */
  Workload smallest() {
    return smallest;
  }

  Trial shown() {
    return shown;
  }

  /** How many schedules were run. */
  long tried() {
    return tried;
  }

  /** Tries what is known to show it with more to do, and if it does not, other schedules. */
  private boolean shows(Workload candidate) {
    Trials of = trials.of(candidate).like(shown);
    Optional<Trial> trial = of.directed(shown.number(), shown.choices());
    if (trial.isEmpty()) {
      trial = of.first(ways, schedules);
      tried += trial.map(Trial::number).orElse(schedules);
    }
    trial.ifPresent(
        found -> {
          smallest = candidate;
          shown = found;
        });
    return trial.isPresent();
  }
}
