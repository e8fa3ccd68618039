package diorama.campaign;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import diorama.engine.Deliveries;
import diorama.engine.natural.NaturalEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * Deliveries a second of machines that are busy all the time, against raw Akka Typed tells between
 * the same number of actors on the same dispatcher, one after the other in each invocation.
 *
 * <p>The figure of interest is the ratio that is printed at the end: absolute rates say more about
 * who else used the processors.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4)
@Measurement(iterations = 5)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseParallelGC", "-Xmn64m", "-Xmx2g"})
public class MiniatureBenchmark {
  /** The actors of one machine that has two processes writing. */
  private static final int ACTORS_OF_A_MACHINE = 24;

  private final List<Double> ratios = new ArrayList<>();

  /** Machines for four seconds, then raw tells for as long. */
  @Benchmark
  public double machinesAgainstRawTells() throws InterruptedException {
    double machines = BusyMachines.run(Optional.empty()).rate();
    double raw = rawTells();
    ratios.add(machines / raw);
    System.out.printf(
        "%nmachines %,.0f deliveries/s, raw tells %,.0f/s, ratio %.2f%n",
        machines, raw, machines / raw);
    return machines / raw;
  }

  /** Prints the median of the ratios. */
  @TearDown
  public void printRatio() {
    ratios.sort(Double::compare);
    if (!ratios.isEmpty()) {
      System.out.printf("%nmedian ratio %.2f%n", ratios.get(ratios.size() / 2));
    }
  }

  private static double rawTells() throws InterruptedException {
    ActorSystem<SpawnProtocol.Command> system =
        NaturalEngine.start(
            pairs(BusyMachines.MACHINES * ACTORS_OF_A_MACHINE / 2), "raw", ConfigFactory.empty());
    try {
      long before = Deliveries.of(system).total();
      long start = System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(BusyMachines.SPAN.toNanos());
      return (Deliveries.of(system).total() - before) * 1e9 / (System.nanoTime() - start);
    } finally {
      system.terminate();
    }
  }

  private static Behavior<SpawnProtocol.Command> pairs(int pairs) {
    return Behaviors.setup(
        context -> {
          for (int i = 0; i < pairs; i++) {
            ActorRef<Ball> left = context.spawn(player(), "left-" + i);
            ActorRef<Ball> right = context.spawn(player(), "right-" + i);
            left.tell(new Ball(right));
          }
          return SpawnProtocol.create();
        });
  }

  private static Behavior<Ball> player() {
    return Behaviors.setup(
        context -> {
          Ball mine = new Ball(context.getSelf());
          return Behaviors.receiveMessage(
              ball -> {
                ball.from().tell(mine);
                return Behaviors.same();
              });
        });
  }

  private record Ball(ActorRef<Ball> from) {}
}
