package diorama.campaign;

import diorama.engine.seeded.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs one workload on all lanes to see which schedules show an anomaly. What comes of it does not
 * depend on the number of lanes, but for the time it takes.
 */
final class Trials {
  /** More virtual time, and more choices, than a short run needs. */
  private static final Duration SLACK = Duration.ofMillis(50);

  private static final long FEW = 2_000;

  /** Something that is done on a lane; its thread owns what runs there. */
  @FunctionalInterface
  interface OnLane<T, R> {
    R apply(Lane lane, T item) throws Exception;
  }

  private final MachinePlan plan;
  private final List<Lane> lanes;
  private final Anomaly anomaly;
  private final SeededMachine.Limits limits;

  /**
   * @param shown a run that shows the anomaly: others may take a little longer until they do
   */
  Trials(MachinePlan plan, List<Lane> lanes, Anomaly anomaly, Trial shown) {
    this(plan, lanes, anomaly, limits(shown.choices()));
  }

  private Trials(MachinePlan plan, List<Lane> lanes, Anomaly anomaly, SeededMachine.Limits limits) {
    this.plan = plan;
    this.lanes = lanes;
    this.anomaly = anomaly;
    this.limits = limits;
  }

  /** What another run gets that is to show the same as one with these choices. */
  static SeededMachine.Limits limits(Choices choices) {
    return new SeededMachine.Limits(
        8 * choices.end() + SLACK.toNanos(), Long.MAX_VALUE, 2L * choices.size() + FEW, true);
  }

  /** The same with another workload. */
  Trials of(Workload workload) {
    return new Trials(plan.with(workload), lanes, anomaly, limits);
  }

  /** The same for another anomaly. */
  Trials showing(Anomaly other) {
    return new Trials(plan, lanes, other, limits);
  }

  /** The same with the time that another run needed. */
  Trials like(Trial shown) {
    return new Trials(plan, lanes, anomaly, shown);
  }

  MachinePlan plan() {
    return plan;
  }

  Anomaly anomaly() {
    return anomaly;
  }

  /** How many runs go on at once. */
  int width() {
    return lanes.size();
  }

  /** Whether a schedule shows the anomaly on the machine of this number. */
  Optional<Trial> directed(long number, Choices schedule) {
    return directed(number, List.of(schedule)).get(0);
  }

  /** The same for several schedules, in their order. */
  List<Optional<Trial>> directed(long number, List<Choices> schedules) {
    return each(schedules, (lane, schedule) -> directed(lane, number, schedule));
  }

  /** The same on a lane's own thread. */
  Optional<Trial> directed(Lane lane, long number, Choices schedule) {
    Trial.Watch watch = new Trial.Watch(anomaly);
    watched(lane, number, schedule, watch.watching());
    return watch.trial(number);
  }

  /** Makes the run of a trial again, on a lane's own thread, while somebody looks on. */
  SeededRun watched(Lane lane, Trial trial, Watching watching) {
    return watched(lane, trial.number(), trial.choices(), watching);
  }

  private SeededRun watched(Lane lane, long number, Choices schedule, Watching watching) {
    return SeededMachine.directed(plan, number, lane, schedule, limits, watching);
  }

  /** Does something on some lane with each of these, and returns what came of it, in order. */
  <T, R> List<R> each(List<T> items, OnLane<T, R> work) {
    AtomicInteger next = new AtomicInteger();
    AtomicReferenceArray<@Nullable R> results = new AtomicReferenceArray<>(items.size());
    onLanes(
        Math.min(lanes.size(), items.size()),
        lane -> {
          for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
            results.set(i, work.apply(lane, items.get(i)));
          }
        });
    List<R> inOrder = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      inOrder.add(Objects.requireNonNull(results.get(i)));
    }
    return inOrder;
  }

  /**
   * The first machine with a number from 1 on that shows the anomaly.
   *
   * @param most the number of the last one
   */
  Optional<Trial> first(LongFunction<Way> ways, long most) {
    AtomicLong next = new AtomicLong(1);
    AtomicReference<@Nullable Trial> first = new AtomicReference<>();
    onLanes(
        lanes.size(),
        lane -> {
          for (long number = next.getAndIncrement();
              number <= most && isBefore(number, first.get());
              number = next.getAndIncrement()) {
            explored(lane, number, ways.apply(number))
                .ifPresent(trial -> first.accumulateAndGet(trial, Trials::earlier));
          }
        });
    return Optional.ofNullable(first.get());
  }

  /** All machines with the numbers from one up to another that show the anomaly. */
  List<Trial> all(LongFunction<Way> ways, long from, long to) {
    List<Long> numbers = LongStream.rangeClosed(from, to).boxed().toList();
    return each(numbers, (lane, number) -> explored(lane, number, ways.apply(number))).stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<Trial> explored(Lane lane, long number, Way way) {
    Trial.Watch watch = new Trial.Watch(anomaly);
    SeededMachine.run(plan, number, lane, way, limits, watch.watching());
    return watch.trial(number);
  }

  private static boolean isBefore(long number, @Nullable Trial found) {
    return found == null || number < found.number();
  }

  private static @Nullable Trial earlier(@Nullable Trial one, @Nullable Trial other) {
    return one == null || (other != null && other.number() < one.number()) ? other : one;
  }

  private interface Work {
    void on(Lane lane) throws Exception;
  }

  private void onLanes(int count, Work work) {
    List<CompletableFuture<@Nullable Void>> workers = new ArrayList<>();
    for (Lane lane : lanes.subList(0, count)) {
      workers.add(
          lane.submit(
              () -> {
                work.on(lane);
                return null;
              }));
    }
    workers.forEach(Lane::await);
  }
}
