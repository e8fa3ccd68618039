package diorama.engine.seeded;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * An actor system whose machines run in virtual time, one at a time on each of its lanes.
 * Everything is Akka configuration; behaviours do not know it.
 */
public final class SeededEngine implements AutoCloseable {
  private static final String FILE = "diorama/engine/seeded.conf";
  private static final String SETTINGS = "diorama.engine.seeded";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ActorSystem<Void> system;
  private final List<Lane> lanes;

  private SeededEngine(ActorSystem<Void> system, List<Lane> lanes) {
    this.system = system;
    this.lanes = List.copyOf(lanes);
  }

  /**
   * Starts a system.
   *
   * @param lanes how many machines can run at once, 1 or more
   */
  public static SeededEngine start(int lanes, Config settings) {
    List<Lane> threads = new ArrayList<>();
    for (int i = 1; i <= lanes; i++) {
      threads.add(new Lane("lane-" + i));
    }
    CompletableFuture<Void> started = new CompletableFuture<>();
    ActorSystem<Void> system =
        ActorSystem.create(guardian(threads, started), "diorama", config(settings));
    SeededEngine engine = new SeededEngine(system, threads);
    try {
      started.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
      for (Lane lane : threads) {
        // The lane's actor is made on the lane; whoever waits for this knows that it is there.
        lane.submit(() -> null).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
      }
    } catch (CompletionException e) {
      engine.close();
      throw new IllegalStateException("the seeded engine did not start", e);
    }
    return engine;
  }

  private static Behavior<Void> guardian(List<Lane> lanes, CompletableFuture<Void> started) {
    return Behaviors.setup(
        context -> {
          for (Lane lane : lanes) {
            Lanes.of(context.getSystem()).add(lane);
            lane.start();
            context.spawn(lane.guardian(), lane.getName());
          }
          started.complete(null);
          return Behaviors.empty();
        });
  }

  /**
   * The whole configuration of a system in this engine. From strongest to weakest: the settings'
   * {@code diorama.engine.seeded.akka}, what makes the engine, the settings themselves, the
   * defaults.
   */
  public static Config config(Config settings) {
    Config file = ConfigFactory.parseResources(SeededEngine.class.getClassLoader(), FILE);
    Config asked = settings.withFallback(file.withOnlyPath(SETTINGS));
    return asked
        .getConfig(SETTINGS + ".akka")
        .atPath("akka")
        .withFallback(file.withoutPath(SETTINGS))
        .withFallback(asked)
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }

  /** The threads that run machines. */
  public List<Lane> lanes() {
    return lanes;
  }

  /** Stops the system, when its lanes have done what they do now. */
  @Override
  public void close() {
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the seeded engine did not stop", e);
    } finally {
      lanes.forEach(Lane::end);
    }
  }
}
