package diorama.campaign;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import diorama.campaign.ProgressListener.Progress;
import diorama.config.Profile;
import diorama.engine.Deliveries;
import diorama.engine.natural.NaturalEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs machines in the natural engine: one actor system for all kernels, one crew for each. */
public final class NaturalCampaign implements Campaign {
  /** How often a run's limits are looked at. */
  private static final Duration TICK = Duration.ofMillis(10);

  private static final Duration PROGRESS = Duration.ofMillis(250);

  /** How long machines may take to come to rest after their programs were killed. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * How long actors may take to answer. A busy computer may need a while for what is a moment's
   * work, so only a defect of Diorama itself gets there.
   */
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(10);

  /** After a violation, how long its kernel may take to print what it prints. */
  private static final Duration EPILOGUE = Duration.ofMillis(50);

  @Override
  public RunResult run(RunRequest request, ProgressListener listener, StopSignal stop) {
    ActorSystem<SpawnProtocol.Command> system =
        NaturalEngine.start(SpawnProtocol.create(), "diorama", request.settings().engine());
    Traces traces = Traces.of(request, listener).orElse(null);
    try (traces) {
      List<KernelResult> results = new ArrayList<>();
      for (Profile profile : request.kernels()) {
        if (!stop.given()) {
          results.add(
              Verdict.judge(
                  request.scenario(), runKernel(system, request, profile, traces, listener, stop)));
        }
      }
      return RunResult.of(request, stop.given(), results);
    } finally {
      system.terminate();
    }
  }

  private KernelTally runKernel(
      ActorSystem<SpawnProtocol.Command> system,
      RunRequest request,
      Profile profile,
      @Nullable Traces traces,
      ProgressListener listener,
      StopSignal stop) {
    Deliveries deliveries = Deliveries.of(system);
    long before = deliveries.total();
    long start = System.nanoTime();
    Tally tally = new Tally(profile.name(), start, listener, request.tables());
    CompletableFuture<Crew.Result> ended = new CompletableFuture<>();
    Crew.Tracing tracing =
        traces == null
            ? (number, path) -> MachineTrace.NONE
            : traces.crew(profile, deliveries, tally);
    ActorRef<Crew.Command> crew = spawn(system, request, profile, tally, tracing, ended);
    awaitLimits(request, profile, tally, ended, listener, stop, deliveries, before, start);
    long killed = System.nanoTime();
    double elapsed = (killed - start) / 1e9;
    crew.tell(
        stop.given() ? new Crew.End(Duration.ofMillis(1), true) : new Crew.End(PATIENCE, false));
    Crew.Result how = join(ended);
    if (how.defect() != null) {
      throw new IllegalStateException("a machine failed", how.defect());
    }
    if (!stop.given()) {
      tally.rest(how.broughtToRest(), how.restless(), killed);
    }
    return tally.result(
        elapsed,
        request.machines(),
        how.replaced(),
        how.slowestToMedian(),
        deliveries.total() - before,
        null);
  }

  private ActorRef<Crew.Command> spawn(
      ActorSystem<SpawnProtocol.Command> system,
      RunRequest request,
      Profile profile,
      Tally tally,
      Crew.Tracing tracing,
      CompletableFuture<Crew.Result> ended) {
    return AskPattern.<SpawnProtocol.Command, ActorRef<Crew.Command>>ask(
            system,
            replyTo ->
                new SpawnProtocol.Spawn<>(
                    Crew.create(
                        new MachinePlan(request, profile),
                        tally,
                        race -> request.races().missing(race, profile.kernel()),
                        tracing,
                        ended::complete),
                    profile.name(),
                    Props.empty(),
                    replyTo),
            LONGEST_ANSWER,
            system.scheduler())
        .toCompletableFuture()
        .join();
  }

  private static void awaitLimits(
      RunRequest request,
      Profile profile,
      Tally tally,
      CompletableFuture<Crew.Result> ended,
      ProgressListener listener,
      StopSignal stop,
      Deliveries deliveries,
      long before,
      long start) {
    RunRequest.Limits limits = request.limits();
    long nextProgress = PROGRESS.toNanos();
    long violatedAt = -1;
    while (!ended.isDone()) {
      long elapsed = System.nanoTime() - start;
      if (violatedAt < 0 && found(limits, tally)) {
        violatedAt = elapsed;
      }
      if (timeIsOver(limits, tally, elapsed)
          || limits.ops().filter(ops -> tally.operations() >= ops).isPresent()
          || (violatedAt >= 0 && elapsed - violatedAt >= EPILOGUE.toNanos())) {
        return;
      }
      if (elapsed >= nextProgress) {
        nextProgress = elapsed + PROGRESS.toNanos();
        listener.progress(
            new Progress(
                profile.name(),
                Duration.ofNanos(elapsed),
                Optional.empty(),
                limits.duration(),
                tally.operations(),
                deliveries.total() - before,
                tally.violations()));
      }
      try {
        if (stop.await(TICK)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static boolean timeIsOver(RunRequest.Limits limits, Tally tally, long elapsed) {
    long duration = limits.duration().toNanos();
    return elapsed >= duration
        && (elapsed >= duration * Sought.LONGEST
            || !limits.sought().goesOn(unseen(limits, tally), tally.operations()));
  }

  private static boolean found(RunRequest.Limits limits, Tally tally) {
    return (limits.untilViolation() && !tally.violations().isEmpty())
        || limits.sought().over(unseen(limits, tally));
  }

  private static Set<String> unseen(RunRequest.Limits limits, Tally tally) {
    return tally.unseen(limits.sought().names());
  }

  private static Crew.Result join(CompletableFuture<Crew.Result> ended) {
    try {
      return ended.get(LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while machines came to rest", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("machines did not end", e);
    }
  }
}
