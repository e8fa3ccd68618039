package diorama.campaign;

import diorama.campaign.ExploreResult.First;
import diorama.campaign.ProgressListener.Progress;
import diorama.config.Profile;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.SeededEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario on many schedules, each on a machine of its own. What comes of it is a function
 * of the request, whatever the number of threads, but for the speed.
 */
public final class Exploration {
  /** One schedule in so many is run twice. */
  private static final long CHECKED = 20;

  private static final Duration PROGRESS = Duration.ofMillis(250);

  /** Explores, and returns when all schedules are run or somebody asked it to stop. */
  public ExploreResult run(ExploreRequest request, ProgressListener listener, StopSignal stop) {
    List<ExploreResult.Kernel> kernels = new ArrayList<>();
    try (SeededEngine engine =
        SeededEngine.start(request.threads(), request.run().settings().engine())) {
      for (Profile profile : request.run().kernels()) {
        if (!stop.given()) {
          kernels.add(new OneKernel(request, profile, engine, listener, stop).explore());
        }
      }
    }
    return new ExploreResult(
        request.run().scenario().name(),
        Engine.SEEDED.label(),
        request.run().seed(),
        request.run().settings().kernel().timeScale(),
        diorama.config.Words.of(request.exploring()),
        request.exploring() == Exploring.PCT ? request.depth() : null,
        request.length(),
        stop.given(),
        kernels.stream().map(k -> k.result().outcome()).reduce(Outcome.AS_EXPECTED, Outcome::and),
        List.copyOf(kernels));
  }

  /** Whether the schedule with this number is run twice, to see whether it is the same again. */
  static boolean isRunTwice(long number) {
    return number % CHECKED == 0;
  }

  /** The schedules of one kernel. */
  private static final class OneKernel {
    private final ExploreRequest request;
    private final Profile profile;
    private final SeededEngine engine;
    private final ProgressListener listener;
    private final StopSignal stop;
    private final MachinePlan plan;
    private final SeededMachine.Limits limits;
    private final ScheduleTally tally;
    private final AtomicLong next;
    private final AtomicLong end;
    private final LinkedBlockingQueue<SeededRun> finished = new LinkedBlockingQueue<>();
    private final long start = System.nanoTime();

    OneKernel(
        ExploreRequest request,
        Profile profile,
        SeededEngine engine,
        ProgressListener listener,
        StopSignal stop) {
      this.request = request;
      this.profile = profile;
      this.engine = engine;
      this.listener = listener;
      this.stop = stop;
      plan = new MachinePlan(request.run(), profile);
      limits =
          new SeededMachine.Limits(
              Long.MAX_VALUE, Long.MAX_VALUE, request.length(), request.untilViolation());
      tally =
          new ScheduleTally(
              new Tally(profile.name(), 0, listener, request.run().tables()),
              request.first(),
              request.untilViolation());
      next = new AtomicLong(request.first());
      end = new AtomicLong(request.first() + request.schedules());
    }

    ExploreResult.Kernel explore() {
      List<CompletableFuture<Void>> workers = new ArrayList<>();
      for (Lane lane : engine.lanes()) {
        workers.add(lane.submit(() -> work(lane)));
      }
      CompletableFuture<Void> all =
          CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new));
      follow(all);
      double elapsed = (System.nanoTime() - start) / 1e9;
      Lane.await(all);
      tally.take(finished);
      for (First first : tally.firsts()) {
        explain(first);
      }
      return tally.result(request.run().scenario(), request.threads(), elapsed);
    }

    /** Runs schedules on a lane until there is none left. */
    private @Nullable Void work(Lane lane) {
      while (!stop.given()) {
        long number = next.getAndIncrement();
        if (number >= end.get()) {
          return null;
        }
        SeededRun run =
            SeededMachine.run(plan, number, lane, request.way(), limits, Watching.NOBODY);
        if (run.end() instanceof MachineEnd.Defective defect) {
          throw new IllegalStateException(defect.where() + ", schedule " + number, defect.cause());
        }
        if (isRunTwice(number)) {
          Repetition.check(plan, run, lane, request.way(), limits);
        }
        if (request.untilViolation() && !run.violations().isEmpty()) {
          end.accumulateAndGet(number + 1, Math::min);
        }
        finished.add(run);
      }
      return null;
    }

    private void follow(CompletableFuture<Void> all) {
      while (!all.isDone()) {
        try {
          all.get(PROGRESS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException goesOn) {
          // Then it is time to say how far it is.
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          stop.give();
          return;
        } catch (java.util.concurrent.ExecutionException failed) {
          return;
        }
        tally.take(finished);
        listener.progress(
            new Progress(
                profile.name(),
                Duration.ofNanos(System.nanoTime() - start),
                Optional.of(new Progress.Schedules(tally.schedules(), request.schedules())),
                Duration.ZERO,
                tally.operations(),
                tally.deliveries(),
                tally.violations()));
      }
    }

    /** Runs the schedule that showed something first once more, and explains what it showed. */
    private void explain(First first) {
      Lane lane = engine.lanes().get(0);
      AtomicLong explained = new AtomicLong();
      Watching watching =
          Watching.NOBODY.explain(
              (violation, history) -> {
                if (ScheduleTally.is(first, violation) && explained.getAndIncrement() == 0) {
                  tally.explain(violation, plan.explain(violation, history));
                }
              });
      Lane.await(lane.submit(() -> again(first.schedule(), lane, watching)));
    }

    private SeededRun again(long number, Lane lane, Watching watching) {
      Optional<Path> folder = request.run().record();
      if (folder.isEmpty()) {
        return SeededMachine.run(plan, number, lane, request.way(), limits, watching);
      }
      try (SeededTrace trace = new SeededTrace(folder.get(), request.run(), profile, number)) {
        return SeededMachine.run(
            plan,
            number,
            lane,
            request.way(),
            limits,
            watching
                .listener(trace)
                .found(
                    violation -> {
                      trace.found(violation);
                      tally.trace(violation, trace.file());
                    }));
      }
    }
  }
}
