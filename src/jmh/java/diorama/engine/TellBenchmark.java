package diorama.engine;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import diorama.engine.natural.NaturalEngine;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a message costs on the natural engine, on Akka's default fork-join dispatcher and on its
 * thread pool, in messages a microsecond. All have two workers: compare ratios of one run, on a
 * machine with two processors that nobody else uses.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
public class TellBenchmark {
  private static final int MESSAGES = 256 * 1024;

  /** Which dispatcher, scheduler and mailbox run the actors. */
  @Param({"natural", "natural-without-chain", "fork-join", "thread-pool"})
  public String engine = "natural";

  private ActorSystem<Load> system;

  /** Starts a system whose guardian starts the actors of one load at a time. */
  @Setup
  public void start() {
    Behavior<Load> guardian =
        Behaviors.setup(
            context ->
                Behaviors.receiveMessage(
                    load -> {
                      load.start(context::spawnAnonymous);
                      return Behaviors.same();
                    }));
    system = ActorSystem.create(guardian, "tell", settings());
  }

  /** Stops it. */
  @TearDown
  public void stop() throws InterruptedException, ExecutionException {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get();
  }

  private Config settings() {
    return switch (engine) {
      case "natural" -> natural("");
      case "natural-without-chain" -> natural("chain = 0");
      case "fork-join" -> akka("fork-join-executor { parallelism-min = 2, parallelism-max = 2 }");
      case "thread-pool" -> akka("thread-pool-executor { fixed-pool-size = 2 }");
      default -> throw new IllegalArgumentException("no engine " + engine);
    };
  }

  private static Config natural(String setting) {
    return NaturalEngine.config(
        ConfigFactory.parseString("diorama.engine.natural { parallelism = 2, " + setting + "}"));
  }

  private Config akka(String size) {
    String executor = "executor = " + engine + "-executor, " + size;
    return ConfigFactory.parseString("akka.actor.default-dispatcher { " + executor + " }")
        .withFallback(ConfigFactory.load());
  }

  /** One actor asks another, which answers: a system call and its object. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void pingPong1() throws InterruptedException {
    run(new PingPong(1));
  }

  /** A few contexts at once. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void pingPong8() throws InterruptedException {
    run(new PingPong(8));
  }

  /** Many machines at once. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void pingPong64() throws InterruptedException {
    run(new PingPong(64));
  }

  /** Sixteen actors tell one: a device that many contexts submit to. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void fanIn16() throws InterruptedException {
    run(new FanIn(16));
  }

  private void run(Load load) throws InterruptedException {
    system.tell(load);
    load.done.await();
  }

  /** Starts an actor. */
  private interface Spawn {
    <T> ActorRef<T> actor(Behavior<T> behavior);
  }

  /** Actors that send each other all messages of one invocation. */
  private abstract static class Load {
    final CountDownLatch done;

    Load(int parts) {
      done = new CountDownLatch(parts);
    }

    abstract void start(Spawn spawn);
  }

  private static final class PingPong extends Load {
    private final int pairs;

    PingPong(int pairs) {
      super(pairs);
      this.pairs = pairs;
    }

    @Override
    void start(Spawn spawn) {
      for (int i = 0; i < pairs; i++) {
        spawn.actor(ping(spawn.actor(pong()), MESSAGES / pairs / 2));
      }
    }

    private Behavior<Ball> ping(ActorRef<Ball> pong, int rounds) {
      return Behaviors.setup(
          context -> {
            Ball out = new Ball(context.getSelf(), false);
            pong.tell(out);
            int[] left = {rounds};
            return Behaviors.receiveMessage(
                ball -> {
                  if (--left[0] == 0) {
                    pong.tell(new Ball(context.getSelf(), true));
                    done.countDown();
                    return Behaviors.stopped();
                  }
                  pong.tell(out);
                  return Behaviors.same();
                });
          });
    }

    private static Behavior<Ball> pong() {
      return Behaviors.setup(
          context -> {
            Ball back = new Ball(context.getSelf(), false);
            return Behaviors.receiveMessage(
                ball -> {
                  if (ball.last()) {
                    return Behaviors.stopped();
                  }
                  ball.from().tell(back);
                  return Behaviors.same();
                });
          });
    }
  }

  private record Ball(ActorRef<Ball> from, boolean last) {}

  private static final class FanIn extends Load {
    /** How many messages a sender sends before it lets others have a turn. */
    private static final int BURST = 64;

    private final int senders;

    FanIn(int senders) {
      super(1);
      this.senders = senders;
    }

    @Override
    void start(Spawn spawn) {
      ActorRef<Integer> receiver = spawn.actor(receiver());
      for (int i = 0; i < senders; i++) {
        spawn.actor(sender(receiver, MESSAGES / senders));
      }
    }

    private Behavior<Integer> receiver() {
      return Behaviors.setup(
          context -> {
            int[] left = {MESSAGES};
            return Behaviors.receiveMessage(
                number -> {
                  if (--left[0] == 0) {
                    done.countDown();
                    return Behaviors.stopped();
                  }
                  return Behaviors.same();
                });
          });
    }

    private static Behavior<Integer> sender(ActorRef<Integer> receiver, int messages) {
      return Behaviors.setup(
          context -> {
            context.getSelf().tell(messages);
            return Behaviors.receiveMessage(
                left -> {
                  for (int i = 0; i < BURST; i++) {
                    receiver.tell(left);
                  }
                  if (left == BURST) {
                    return Behaviors.stopped();
                  }
                  context.getSelf().tell(left - BURST);
                  return Behaviors.same();
                });
          });
    }
  }
}
