package diorama.campaign;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import diorama.config.Library;
import diorama.config.Overrides;
import diorama.config.Profiles;
import diorama.config.ScenarioFile;
import diorama.trace.TableStyle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The seeded engine: deliveries a second on one thread against raw Akka Typed tells on a thread
 * pool of one, and schedules a second of the small scenario on all processors, one after the other
 * in each invocation.
 *
 * <p>The figures of interest are the medians that are printed at the end.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseParallelGC", "-Xmn64m", "-Xmx2g"})
public class SeededBenchmark {
  private static final int ACTORS = 24;
  private static final long SCHEDULES = 3_000;
  private static final Duration RAW = Duration.ofSeconds(3);

  /** A dispatcher of Akka's own with one thread. */
  private static final Config ONE_THREAD =
      ConfigFactory.parseString(
              "akka.actor.default-dispatcher { executor = thread-pool-executor,"
                  + " thread-pool-executor.fixed-pool-size = 1 }, akka.log-dead-letters = off")
          .withFallback(ConfigFactory.load());

  private final List<Double> ratios = new ArrayList<>();
  private final List<Double> speeds = new ArrayList<>();
  private long medianDeliveries;

  /** One machine after the other on one thread, then raw tells, then schedules on all cores. */
  @Benchmark
  public double virtualTimeAgainstRawTells() throws InterruptedException {
    ExploreResult.Kernel alone = explore(1, 100_000, 60);
    double machines = alone.result().deliveries() / alone.result().elapsedSeconds();
    double raw = rawTells();
    ExploreResult.Kernel all =
        explore(Runtime.getRuntime().availableProcessors(), 5_000, SCHEDULES);
    ratios.add(machines / raw);
    speeds.add(all.schedulesPerSecond());
    medianDeliveries = all.medianDeliveries();
    System.out.printf(
        "%nvirtual time %,.0f deliveries/s, raw tells %,.0f/s, ratio %.2f; %,.0f schedules/s of"
            + " %,d deliveries%n",
        machines, raw, machines / raw, all.schedulesPerSecond(), all.medianDeliveries());
    return machines / raw;
  }

  /** Prints the medians. */
  @TearDown
  public void printMedians() {
    if (!ratios.isEmpty()) {
      ratios.sort(Double::compare);
      speeds.sort(Double::compare);
      System.out.printf(
          "%nmedian ratio %.2f, median %,.0f schedules/s of %,d deliveries%n",
          ratios.get(ratios.size() / 2), speeds.get(speeds.size() / 2), medianDeliveries);
    }
  }

  private static ExploreResult.Kernel explore(int threads, long length, long schedules) {
    Library library = Library.installed();
    RaceCatalogue races = RaceCatalogue.read(library);
    ScenarioFile file =
        ScenarioFile.read(
            library.find(Library.Shelf.SCENARIOS, "aio-dio-invalidate-failure-small"),
            Overrides.NONE,
            library,
            races.names());
    RunRequest run =
        new RunRequest(
            file.scenario(),
            file.device(),
            List.of(new Profiles(library).find("linux-2.6.21")),
            file.settings(),
            Engine.SEEDED,
            1,
            1,
            new RunRequest.Limits(Duration.ofSeconds(1), Optional.empty(), false),
            races,
            TableStyle.PLAIN,
            Optional.empty(),
            Optional.empty());
    return new Exploration()
        .run(
            new ExploreRequest(run, Exploring.RANDOM, 1, length, 1, schedules, false, threads),
            ProgressListener.NONE,
            new StopSignal())
        .kernels()
        .get(0);
  }

  private static double rawTells() throws InterruptedException {
    AtomicLong tells = new AtomicLong();
    ActorSystem<Void> system = ActorSystem.create(pairs(ACTORS / 2, tells), "raw", ONE_THREAD);
    try {
      TimeUnit.MILLISECONDS.sleep(200);
      long before = tells.get();
      long start = System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(RAW.toNanos());
      return (tells.get() - before) * 1e9 / (System.nanoTime() - start);
    } finally {
      system.terminate();
    }
  }

  private static Behavior<Void> pairs(int pairs, AtomicLong tells) {
    return Behaviors.setup(
        context -> {
          for (int i = 0; i < pairs; i++) {
            ActorRef<Ball> left = context.spawn(player(tells), "left-" + i);
            ActorRef<Ball> right = context.spawn(player(tells), "right-" + i);
            left.tell(new Ball(right));
          }
          return Behaviors.empty();
        });
  }

  /** Counts in hundreds, so that counting costs nothing. */
  private static Behavior<Ball> player(AtomicLong tells) {
    return Behaviors.setup(
        context -> {
          Ball mine = new Ball(context.getSelf());
          int[] count = {0};
          return Behaviors.receiveMessage(
              ball -> {
                if (++count[0] == 100) {
                  count[0] = 0;
                  tells.lazySet(tells.get() + 100);
                }
                ball.from().tell(mine);
                return Behaviors.same();
              });
        });
  }

  private record Ball(ActorRef<Ball> from) {}
}
