package diorama.campaign;

import diorama.engine.seeded.Lane;
import diorama.process.script.Script;
import diorama.process.script.Shrinker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes a workload smaller for as long as some schedule still shows the anomaly: delta debugging
 * over system calls, where the test of a candidate is an exploration (as in DEMi, Scott et al.,
 * NSDI 2016).
 */
final class WorkloadShrinking {
  /** How often somebody loses the processor in the schedules that are tried, by turns. */
  private static final long[] PREEMPT_EVERY = {20, 40, 80};

  private final MachinePlan plan;
  private final List<Lane> lanes;
  private final Anomaly anomaly;
  private final SeededMachine.Limits limits;
  private final long schedules;
  private Workload smallest;
  private Trial shown;
  private long tried;

  /**
   * @param workload shows the anomaly on this machine with these choices
   * @param schedules how many are tried on each candidate
   */
  WorkloadShrinking(
      MachinePlan plan,
      List<Lane> lanes,
      Anomaly anomaly,
      SeededMachine.Limits limits,
      Workload workload,
      Trial shown,
      long schedules) {
    this.plan = plan;
    this.lanes = lanes;
    this.anomaly = anomaly;
    this.limits = limits;
    this.smallest = workload;
    this.shown = shown;
    this.schedules = schedules;
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
    int size = 1;
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
    MachinePlan smaller = plan.with(candidate);
    Trial trial =
        lanes
            .get(0)
            .submit(
                () ->
                    Trial.directed(
                        smaller, shown.number(), lanes.get(0), shown.choices(), limits, anomaly))
            .join();
    if (trial == null) {
      trial = find(smaller);
    }
    if (trial != null) {
      smallest = candidate;
      shown = trial;
    }
    return trial != null;
  }

  /** The first schedule that shows the anomaly, whichever lane finds it. */
  private @Nullable Trial find(MachinePlan candidate) {
    AtomicLong next = new AtomicLong(1);
    AtomicReference<@Nullable Trial> first = new AtomicReference<>();
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    for (Lane lane : lanes) {
      workers.add(lane.submit(() -> search(candidate, lane, next, first)));
    }
    workers.forEach(CompletableFuture::join);
    tried += Math.min(next.get() - 1, schedules);
    return first.get();
  }

  private @Nullable Void search(
      MachinePlan candidate, Lane lane, AtomicLong next, AtomicReference<@Nullable Trial> first) {
    for (long number = next.getAndIncrement();
        number <= schedules && before(number, first.get());
        number = next.getAndIncrement()) {
      Trial trial = Trial.explored(candidate, number, lane, way(number), limits, anomaly);
      if (trial != null) {
        first.accumulateAndGet(trial, WorkloadShrinking::earlier);
      }
    }
    return null;
  }

  private static boolean before(long number, @Nullable Trial found) {
    return found == null || number < found.number();
  }

  private static @Nullable Trial earlier(@Nullable Trial one, @Nullable Trial other) {
    return one == null || (other != null && other.number() < one.number()) ? other : one;
  }

  private Way way(long number) {
    return new Way(
        Exploring.RANDOM,
        1,
        1,
        Way.pace(plan.request().settings().seeded())
            .preempting(PREEMPT_EVERY[(int) (number % PREEMPT_EVERY.length)]));
  }
}
