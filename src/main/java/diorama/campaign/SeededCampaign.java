package diorama.campaign;

import diorama.config.Profile;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.SeededEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs machines in the seeded engine, for so much virtual time each. What comes of a run is a
 * function of the request, however many threads there are.
 */
public final class SeededCampaign implements Campaign {
  private static final Duration PROGRESS = Duration.ofMillis(250);

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
                  request.scenario(), runKernel(engine, request, profile, listener, stop)));
        }
      }
    }
    return RunResult.of(request, stop.given(), results);
  }

  private static KernelTally runKernel(
      SeededEngine engine,
      RunRequest request,
      Profile profile,
      ProgressListener listener,
      StopSignal stop) {
    List<SeededPlace> places = new ArrayList<>();
    for (int i = 0; i < request.machines(); i++) {
      places.add(new SeededPlace(request, profile, i + 1L, stop));
    }
    Tally tally = new Tally(profile.name(), 0, listener, request.tables());
    int rounds = 0;
    do {
      round(engine, request, profile, places, tally, listener);
    } while (++rounds < Sought.LONGEST && goesOn(request, places) && !stop.given());
    tally.rest(
        places.stream().mapToLong(SeededPlace::broughtToRest).sum(),
        places.stream().flatMap(place -> place.restless().stream()).toList(),
        longest(places));
    return result(request, places, tally);
  }

  private static void round(
      SeededEngine engine,
      RunRequest request,
      Profile profile,
      List<SeededPlace> places,
      Tally tally,
      ProgressListener listener) {
    List<CompletableFuture<SeededPlace>> running = new ArrayList<>();
    for (SeededPlace place : places) {
      Lane lane = engine.lanes().get(running.size() % engine.lanes().size());
      running.add(lane.submit(() -> place.run(lane)));
    }
    for (CompletableFuture<SeededPlace> place : running) {
      await(place, () -> listener.progress(progress(request, profile, places, tally)));
      Lane.await(place).count(tally);
    }
  }

  /** Only between rounds, so that it does not depend on who is faster. */
  private static boolean goesOn(RunRequest request, List<SeededPlace> places) {
    Set<String> unseen = new HashSet<>(request.limits().sought().names());
    places.forEach(place -> unseen.retainAll(place.unseen()));
    long operations = places.stream().mapToLong(SeededPlace::operations).sum();
    return request.limits().sought().goesOn(unseen, operations);
  }

  private static void await(CompletableFuture<SeededPlace> place, Runnable meanwhile) {
    while (!place.isDone()) {
      try {
        place.get(PROGRESS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException goesOn) {
        meanwhile.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while machines ran", e);
      } catch (ExecutionException failed) {
        return;
      }
    }
  }

  private static ProgressListener.Progress progress(
      RunRequest request, Profile profile, List<SeededPlace> places, Tally tally) {
    return new ProgressListener.Progress(
        profile.name(),
        Duration.ofNanos(longest(places)),
        Optional.empty(),
        request.limits().duration(),
        places.stream().mapToLong(SeededPlace::operations).sum(),
        places.stream().mapToLong(SeededPlace::deliveries).sum(),
        tally.violations());
  }

  /** Virtual time of the place that is ahead of all others. */
  private static long longest(List<SeededPlace> places) {
    return places.stream().mapToLong(SeededPlace::nanos).max().orElse(0);
  }

  private static KernelTally result(RunRequest request, List<SeededPlace> places, Tally tally) {
    long hash = 0;
    long replaced = 0;
    long deliveries = 0;
    for (SeededPlace place : places) {
      for (SeededRun run : place.runs()) {
        hash = 31 * hash + run.hash();
      }
      replaced += place.replaced();
      deliveries += place.deliveries();
    }
    return tally.result(
        longest(places) / 1e9,
        request.machines(),
        replaced,
        1,
        deliveries,
        String.format(Locale.ROOT, "%016x", hash));
  }
}
