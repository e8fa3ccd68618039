package diorama.campaign;

import diorama.check.History;
import diorama.check.Violation;
import diorama.config.Profile;
import diorama.engine.seeded.Lane;
import diorama.trace.Explanation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A machine of a run in the seeded engine, and those that took its place when its kernel had died
 * or its programs had ended. Runs on its lane; what it has counted so far may be read from any
 * thread.
 */
final class SeededPlace {
  /** A violation, in words; of each kind the first of this place. */
  record Explained(Violation violation, Explanation explanation) {}

  private final RunRequest request;
  private final Profile profile;
  private final MachinePlan plan;
  private final long first;
  private final StopSignal stop;
  private final List<SeededRun> runs = new ArrayList<>();
  private final List<Explained> explained = new ArrayList<>();
  private final Set<Anomaly> kinds = new HashSet<>();
  private final Map<Long, Path> traces = new HashMap<>();
  private final AtomicLong nanos = new AtomicLong();
  private long until;
  private int counted;
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong deliveries = new AtomicLong();

  /**
   * @param first the number of the first machine; the next ones are as far apart as there are
   *     places
   */
  SeededPlace(RunRequest request, Profile profile, long first, StopSignal stop) {
    this.request = request;
    this.profile = profile;
    this.plan = new MachinePlan(request, profile);
    this.first = first;
    this.stop = stop;
  }

  /**
   * Runs one machine after the other for the time of a run; on the lane's thread. Called again, it
   * goes on with others for as long.
   */
  SeededPlace run(Lane lane) {
    until = nanos.get() + request.limits().duration().toNanos();
    long number = first + (long) request.machines() * runs.size();
    int before = runs.size();
    while (runs.size() == before || goesOn(runs.get(runs.size() - 1))) {
      SeededRun run = request.record().isPresent() ? recorded(number, lane) : one(number, lane);
      if (run.end() instanceof MachineEnd.Defective defect) {
        throw new IllegalStateException(defect.where(), defect.cause());
      }
      runs.add(run);
      nanos.addAndGet(run.nanos());
      deliveries.addAndGet(run.deliveries());
      operations.addAndGet(run.operations().values().stream().mapToLong(Long::longValue).sum());
      number += request.machines();
    }
    return this;
  }

  private boolean goesOn(SeededRun last) {
    return last.byItself()
        && nanos.get() < until
        && !(request.limits().untilViolation() && !last.violations().isEmpty())
        && !request.limits().sought().over(unseen())
        && !stop.given();
  }

  /** What is sought and was not seen on any machine here. */
  Set<String> unseen() {
    return SeededMachine.unseen(
        request.limits().sought().names(),
        runs.stream().flatMap(run -> run.violations().stream()).toList());
  }

  private SeededRun one(long number, Lane lane) {
    return run(number, lane, Watching.NOBODY.explain(this::explain));
  }

  private SeededRun recorded(long number, Lane lane) {
    try (SeededTrace trace =
        new SeededTrace(request.record().orElseThrow(), request, profile, number)) {
      SeededRun run =
          run(
              number,
              lane,
              Watching.NOBODY.explain(this::explain).listener(trace).found(trace::found));
      if (!run.violations().isEmpty()) {
        traces.put(number, trace.file());
      }
      return run;
    }
  }

  private SeededRun run(long number, Lane lane, Watching watching) {
    return SeededMachine.runToRest(
        plan, number, lane, Way.ofRun(request.settings()), limits(), watching);
  }

  private void explain(Violation violation, History history) {
    if (kinds.add(Anomaly.of(violation))) {
      explained.add(new Explained(violation, plan.explain(violation, history)));
    }
  }

  private SeededMachine.Limits limits() {
    long each =
        request
            .limits()
            .ops()
            .map(ops -> (ops + request.machines() - 1) / request.machines())
            .orElse(Long.MAX_VALUE);
    return new SeededMachine.Limits(
        until - nanos.get(),
        Math.max(0, each - operations.get()),
        Long.MAX_VALUE,
        request.limits().untilViolation(),
        request.limits().sought().ends() ? unseen() : Set.of(),
        stop);
  }

  /** The machines that were here, when all are through. */
  List<SeededRun> runs() {
    return runs;
  }

  /** How many machines died and had others take their place. */
  long replaced() {
    return runs.stream()
        .limit(runs.size() - 1L)
        .filter(run -> run.end() instanceof MachineEnd.Dead)
        .count();
  }

  /** How many machines were looked at until they were at rest or out of time. */
  long broughtToRest() {
    return runs.stream().filter(run -> MachineEnd.tellsRest(run.end())).count();
  }

  /** What kept machines from coming to rest. */
  List<String> restless() {
    List<String> reasons = new ArrayList<>();
    for (SeededRun run : runs) {
      if (run.end() instanceof MachineEnd.Restless here) {
        reasons.add("machine " + run.number() + ": " + String.join(", ", here.reasons()));
      }
    }
    return reasons;
  }

  /** Counts everything that happened here since it was last counted. */
  void count(Tally tally) {
    List<SeededRun> fresh = runs.subList(counted, runs.size());
    counted = runs.size();
    for (SeededRun run : fresh) {
      run.operations().forEach(tally::operation);
      tally.counted(run.counted());
      for (Violation violation : run.violations()) {
        Path trace = traces.get(run.number());
        if (trace != null) {
          tally.trace(violation.id(), Tally.known(violation.race()), trace);
        }
        if (tally.count(violation)) {
          Anomaly kind = Anomaly.of(violation);
          explained.stream()
              .filter(e -> Anomaly.of(e.violation).equals(kind))
              .findFirst()
              .ifPresent(e -> tally.explain(e.violation, e.explanation));
        }
      }
    }
  }

  /** Virtual time of all machines that are through. */
  long nanos() {
    return nanos.get();
  }

  long operations() {
    return operations.get();
  }

  long deliveries() {
    return deliveries.get();
  }
}
