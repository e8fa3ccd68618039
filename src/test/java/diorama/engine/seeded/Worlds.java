package diorama.engine.seeded;

import static java.util.concurrent.TimeUnit.SECONDS;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** An engine for tests, with one lane. */
final class Worlds implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final SeededEngine engine = SeededEngine.start(1, ConfigFactory.empty());

  Lane lane() {
    return engine.lanes().get(0);
  }

  /** A root actor that only starts others. */
  static Behavior<Void> root(Consumer<ActorContext<Void>> start) {
    return Behaviors.setup(
        context -> {
          start.accept(context);
          return Behaviors.empty();
        });
  }

  /** What an actor was handed. */
  record Delivered(String receiver, String sender, long sequence, long nanos) {}

  /** Writes down what is delivered. */
  static WorldListener into(List<Delivered> deliveries) {
    return new WorldListener() {
      @Override
      public void delivered(
          String receiver, String sender, long sequence, Object message, long sent, long nanos) {
        deliveries.add(new Delivered(receiver, sender, sequence, nanos));
      }
    };
  }

  static LongSupplier random(long seed) {
    return new SplittableRandom(seed)::nextLong;
  }

  /** Tests a world in which calls are chosen first come, first served, and nobody is preempted. */
  void steady(Consumer<ActorContext<Void>> start, Consumer<World> test) {
    run(start, new RoundRobin(), Pace.STEADY, random(1), test);
  }

  /** The same, but whoever came last is served first. */
  void lastFirst(Consumer<ActorContext<Void>> start, Consumer<World> test) {
    run(start, candidates -> candidates.size() - 1, Pace.STEADY, random(1), test);
  }

  void run(
      Consumer<ActorContext<Void>> start,
      Strategy strategy,
      Pace pace,
      LongSupplier costs,
      Consumer<World> test) {
    run(start, strategy, pace, costs, WorldListener.NONE, test);
  }

  void run(
      Consumer<ActorContext<Void>> start,
      Strategy strategy,
      Pace pace,
      LongSupplier costs,
      WorldListener listener,
      Consumer<World> test) {
    test(lane -> lane.world(root(start), strategy, pace, costs, listener), test);
  }

  void scripted(Consumer<ActorContext<Void>> start, Consumer<World> test) {
    scripted(start, WorldListener.NONE, test);
  }

  /** Tests a world in which only that is delivered what the test names. */
  void scripted(Consumer<ActorContext<Void>> start, WorldListener listener, Consumer<World> test) {
    test(lane -> lane.scripted(root(start), listener), test);
  }

  private void test(Function<Lane, World> make, Consumer<World> test) {
    onLane(
        () -> {
          try (World world = make.apply(lane())) {
            test.accept(world);
          }
        });
  }

  /** Runs something on the lane's thread, and throws what it throws. */
  void onLane(Runnable work) {
    try {
      lane()
          .submit(
              () -> {
                work.run();
                return "done";
              })
          .get(PATIENCE_SECONDS, SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets everything happen that can. */
  static void finish(World world) {
    while (world.step()) {
      // The next one.
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
