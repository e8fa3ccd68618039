package diorama.campaign;

import diorama.check.Violation;
import diorama.config.Profile;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.SeededEngine;
import diorama.trace.Explanation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Runs machines in the seeded engine, for so much virtual time each. What comes of a run is a
 * function of the request, however many threads there are.
 */
public final class SeededCampaign implements Campaign {
  private final int threads;

  /** A campaign on all processors. */
  public SeededCampaign() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /** A campaign on so many threads, 1 or more. */
  public SeededCampaign(int threads) {
    this.threads = threads;
  }

  @Override
  public RunResult run(RunRequest request, ProgressListener listener, StopSignal stop) {
    List<KernelResult> results = new ArrayList<>();
    try (SeededEngine engine =
        SeededEngine.start(Math.min(threads, request.machines()), request.settings().engine())) {
      for (Profile profile : request.kernels()) {
        if (!stop.given()) {
          results.add(
              Verdict.judge(
                  request.scenario(), new OneKernel(request, profile, listener, stop).run(engine)));
        }
      }
    }
    return RunResult.of(request, stop.given(), results);
  }

  /** A machine, and those that took its place when its kernel had died. */
  private record Place(List<SeededRun> runs, List<Explained> explained) {
    long nanos() {
      return runs.stream().mapToLong(SeededRun::nanos).sum();
    }
  }

  private record Explained(Violation violation, Explanation explanation) {}

  private record OneKernel(
      RunRequest request, Profile profile, ProgressListener listener, StopSignal stop) {

    KernelTally run(SeededEngine engine) {
      MachinePlan plan = new MachinePlan(request, profile);
      Tally tally = new Tally(profile.name(), 0, listener, request.tables());
      List<CompletableFuture<Place>> places = new ArrayList<>();
      for (int i = 0; i < request.machines(); i++) {
        int first = i + 1;
        Lane lane = engine.lanes().get(i % engine.lanes().size());
        places.add(lane.submit(() -> place(plan, first, lane)));
      }
      long hash = 0;
      long deliveries = 0;
      long replaced = 0;
      long longest = 0;
      List<String> restless = new ArrayList<>();
      for (CompletableFuture<Place> future : places) {
        Place place = join(future);
        for (SeededRun run : place.runs) {
          run.operations().forEach(tally::operation);
          tally.accepted(run.accepted());
          hash = 31 * hash + run.hash();
          deliveries += run.deliveries();
          if (run.end() instanceof MachineEnd.Restless here) {
            restless.add("machine " + run.number() + ": " + String.join(", ", here.reasons()));
          }
          for (Violation violation : run.violations()) {
            if (tally.count(violation)) {
              place.explained.stream()
                  .filter(e -> e.violation.sequence() == violation.sequence())
                  .filter(e -> e.violation.id().equals(violation.id()))
                  .findFirst()
                  .ifPresent(e -> tally.explain(violation, e.explanation));
            }
          }
        }
        replaced += place.runs.size() - 1;
        longest = Math.max(longest, place.nanos());
        tell(tally, deliveries, longest);
      }
      tally.restless(restless);
      return tally.result(
          longest / 1e9,
          request.machines(),
          replaced,
          1,
          deliveries,
          String.format(Locale.ROOT, "%016x", hash));
    }

    private static Place join(CompletableFuture<Place> future) {
      try {
        return future.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException defect ? defect : e;
      }
    }

    private void tell(Tally tally, long deliveries, long virtualNanos) {
      listener.progress(
          new ProgressListener.Progress(
              profile.name(),
              Duration.ofNanos(virtualNanos),
              Optional.empty(),
              request.limits().duration(),
              tally.operations(),
              deliveries,
              tally.violations()));
    }

    /** Runs a machine, and another one whenever its kernel dies, until their time is over. */
    private Place place(MachinePlan plan, long first, Lane lane) {
      Place place = new Place(new ArrayList<>(), new ArrayList<>());
      Set<String> explained = new HashSet<>();
      long operations = 0;
      for (long number = first; ; number += request.machines()) {
        SeededRun run =
            SeededMachine.run(
                plan,
                number,
                lane,
                Way.ofRun(request.settings()),
                limits(place.nanos(), operations),
                Watching.NOBODY.explain(
                    (violation, history) -> {
                      if (explained.add(
                          violation.id() + " " + violation.race() + " " + violation.variant())) {
                        place.explained.add(
                            new Explained(
                                violation,
                                Explanation.of(
                                    history,
                                    violation,
                                    request.races().missing(violation.race(), profile.kernel()))));
                      }
                    }));
        place.runs.add(run);
        operations += run.operations().values().stream().mapToLong(Long::longValue).sum();
        if (run.end() instanceof MachineEnd.Defective defect) {
          throw new IllegalStateException(defect.where(), defect.cause());
        }
        if (!(run.end() instanceof MachineEnd.Dead)
            || place.nanos() >= request.limits().duration().toNanos()
            || (request.limits().untilViolation() && !run.violations().isEmpty())
            || stop.given()) {
          return place;
        }
      }
    }

    private SeededMachine.Limits limits(long nanosGone, long operationsDone) {
      long each =
          request
              .limits()
              .ops()
              .map(ops -> (ops + request.machines() - 1) / request.machines())
              .orElse(Long.MAX_VALUE);
      return new SeededMachine.Limits(
          request.limits().duration().toNanos() - nanosGone,
          Math.max(0, each - operationsDone),
          Long.MAX_VALUE,
          request.limits().untilViolation());
    }
  }
}
