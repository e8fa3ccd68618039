package diorama.campaign;

import diorama.check.Violation;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.SeededEngine;
import diorama.engine.seeded.WorldListener;
import diorama.process.script.Transcript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What can be done with a trace: replay it, explain it, look for the smallest run like it. */
public final class Replaying implements AutoCloseable {
  /** How many calls of each process a workload is made of: more than a person would read. */
  private static final int CALLS = 400;

  /** How many messages are kept for a picture: as many as a browser shows with ease. */
  static final int MESSAGES = 100_000;

  private final RecordedMachine recorded;
  private final SeededEngine engine;

  /**
   * Opens an engine for a trace.
   *
   * @param threads how many machines run at once while it is minimised
   */
  public Replaying(RecordedMachine recorded, int threads) {
    this.recorded = recorded;
    this.engine = SeededEngine.start(threads, recorded.header().request().settings().engine());
  }

  private MachinePlan plan() {
    return new MachinePlan(recorded.header().request(), recorded.header().profile());
  }

  private Lane lane() {
    return engine.lanes().get(0);
  }

  private <T> T onLane(Callable<T> work) {
    return Lane.await(lane().submit(work));
  }

  /**
   * Replays it.
   *
   * @throws Divergence if it does not repeat itself
   */
  public ReplayResult replay() {
    List<ViolationNote> found = new ArrayList<>();
    List<List<String>> explanations = new ArrayList<>();
    long[] deliveries = {0};
    WorldListener counting =
        new WorldListener() {
          @Override
          public void delivered(
              String receiver,
              String sender,
              long sequence,
              Object message,
              long sent,
              long nanos) {
            deliveries[0]++;
          }
        };
    SeededRun run =
        onLane(
            () ->
                Replay.run(
                    recorded,
                    lane(),
                    Watching.NOBODY
                        .listener(counting)
                        .found(violation -> found.add(note(violation, deliveries[0])))
                        .explain(
                            (violation, history) ->
                                explanations.add(
                                    plan()
                                        .explain(violation, history)
                                        .text(recorded.header().request().tables())
                                        .lines()
                                        .toList()))));
    TraceHeader header = recorded.header();
    List<ViolationNote> noted = recorded.violations();
    return new ReplayResult(
        recorded.trace().file().toString(),
        header.request().scenario().name(),
        header.profile().name(),
        header.request().engine().label(),
        header.request().seed(),
        header.machine(),
        header.programVersion(),
        recorded.trace().cutOff(),
        run.deliveries(),
        noted,
        List.copyOf(found),
        noted.isEmpty() || found.stream().anyMatch(now -> isSame(now, noted.get(0))),
        List.copyOf(explanations));
  }

  private static boolean isSame(ViolationNote one, ViolationNote other) {
    return one.id().equals(other.id())
        && one.race().equals(other.race())
        && one.variant().equals(other.variant());
  }

  private static ViolationNote note(Violation violation, long deliveries) {
    return new ViolationNote(
        violation.id(),
        Tally.known(violation.race()),
        Tally.known(violation.variant()),
        deliveries);
  }

  /**
   * Replays it and explains what it shows.
   *
   * @param violation the id of the violation; empty for the last that the trace shows, which the
   *     others led to
   * @return empty if the trace shows no violation, or not the one that was asked for
   */
  public Optional<ExplainedRun> explain(Optional<String> violation) {
    MessageLog log = new MessageLog(MESSAGES);
    List<ExplainedRun> explained = new ArrayList<>();
    onLane(
        () ->
            Replay.run(
                recorded,
                lane(),
                Watching.NOBODY
                    .listener(log)
                    .recorder(log::of)
                    .explain(
                        (found, history) ->
                            explained.add(
                                new ExplainedRun(
                                    found,
                                    plan().explain(found, history),
                                    history,
                                    log.messages())))));
    return explained.stream()
        .filter(run -> violation.map(run.violation().id()::equals).orElse(true))
        .max(Comparator.comparingLong(run -> run.violation().sequence()));
  }

  /**
   * Looks for the smallest run that shows what the trace shows.
   *
   * @param violation the id of the violation to keep; empty for the last that the trace shows,
   *     which the others led to
   * @param folder where a trace of the smallest run is written, if it is wanted
   * @param sameForm whether its variant is kept too, and not only what is violated and the race
   * @return empty if the trace shows no violation, or not the one that was asked for
   * @throws NotFoundAgain if no run of the programs' calls was found that shows it
   */
  public Optional<MinimisedResult> minimise(
      Optional<String> violation, boolean sameForm, Optional<Path> folder) {
    Transcript transcript = new Transcript(CALLS);
    StepLog log = new StepLog();
    List<Anomaly> anomalies = new ArrayList<>();
    List<Integer> moments = new ArrayList<>();
    onLane(
        () ->
            Replay.run(
                recorded,
                lane(),
                Watching.NOBODY
                    .listener(log)
                    .programs(transcript::recorded)
                    .found(
                        v -> {
                          anomalies.add(Anomaly.of(v));
                          moments.add(log.size());
                        })));
    int which = choose(anomalies, violation);
    if (which < 0) {
      return Optional.empty();
    }
    Workload workload = new Workload(transcript.scripts());
    Trial shown = new Trial(recorded.header().machine(), log.choices(moments.get(which)));
    Anomaly anomaly = sameForm ? anomalies.get(which) : anomalies.get(which).inAnyForm();
    Minimised minimised =
        new Minimiser(engine.lanes(), plan())
            .minimise(anomaly, workload, shown)
            .orElseThrow(() -> new NotFoundAgain(anomaly));
    folder.ifPresent(to -> record(minimised, to));
    return Optional.of(MinimisedResult.of(minimised, workload, shown.choices()));
  }

  private void record(Minimised minimised, Path folder) {
    MachinePlan plan = minimised.plan();
    Trial smallest = minimised.shown();
    onLane(
        () -> {
          try (SeededTrace trace =
              new SeededTrace(folder, plan.request(), plan.profile(), smallest.number())) {
            return SeededMachine.directed(
                plan,
                smallest.number(),
                lane(),
                smallest.choices(),
                Trials.limits(smallest.choices()),
                Watching.NOBODY.listener(trace).found(trace::found));
          }
        });
  }

  private static int choose(List<Anomaly> anomalies, Optional<String> violation) {
    for (int i = anomalies.size() - 1; i >= 0; i--) {
      String id = anomalies.get(i).id();
      if (violation.map(id::equals).orElse(true)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() {
    engine.close();
  }
}
