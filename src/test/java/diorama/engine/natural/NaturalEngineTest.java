package diorama.engine.natural;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import diorama.Deadline;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(Deadline.SECONDS)
class NaturalEngineTest {
  @Test
  void runsActorsOnItsWorkersAndStops() throws Exception {
    CompletableFuture<String> thread = new CompletableFuture<>();
    ActorSystem<String> system =
        NaturalEngine.start(
            Behaviors.receiveMessage(
                message -> {
                  thread.complete(Thread.currentThread().getClass().getSimpleName());
                  return Behaviors.stopped();
                }),
            "natural",
            ConfigFactory.empty());
    system.tell("go");
    assertThat(thread.get(Deadline.SECONDS, SECONDS)).isEqualTo("FairWorker");
    system.getWhenTerminated().toCompletableFuture().get(Deadline.SECONDS, SECONDS);
  }

  @Test
  void theLastWorkerGoesWithTheSystem() throws Exception {
    ActorSystem<Void> system =
        NaturalEngine.start(Behaviors.empty(), "short-lived", ConfigFactory.empty());
    CompletableFuture<Thread> worker = new CompletableFuture<>();
    system
        .dispatchers()
        .lookup(DispatcherSelector.defaultDispatcher())
        .execute(() -> worker.complete(Thread.currentThread()));
    Thread thread = worker.get(Deadline.SECONDS, SECONDS);
    assertThat(thread.getName()).startsWith("short-lived-akka.actor.default-dispatcher-");
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(Deadline.SECONDS, SECONDS);
    thread.join();
  }

  @Test
  void isWhatItIsWhateverALoadedConfigurationSaysOfAkka() {
    Config config = NaturalEngine.config(ConfigFactory.load());
    assertThat(config.getString("akka.actor.default-dispatcher.executor"))
        .isEqualTo(FairExecutorConfigurator.class.getName());
    assertThat(config.getString("akka.scheduler.implementation"))
        .isEqualTo(MicroScheduler.class.getName());
  }

  @Test
  void takesItsSettingsAndWhatIsLaidOverAkka() {
    Config config =
        NaturalEngine.config(
            ConfigFactory.parseString(
                """
                diorama.engine.natural {
                  parallelism = 3
                  chain = 0
                  akka.log-dead-letters = 7
                }
                mine = 1
                """));
    Config dispatcher = config.getConfig("akka.actor.default-dispatcher");
    assertThat(dispatcher.getInt("fair-executor.parallelism")).isEqualTo(3);
    assertThat(dispatcher.getInt("fair-executor.chain")).isZero();
    assertThat(config.getInt("akka.log-dead-letters")).isEqualTo(7);
    assertThat(config.getInt("mine")).isOne();
  }

  @Test
  void aFatalErrorEndsTheSystemAndNotTheJvm() throws Exception {
    ActorSystem<String> system =
        NaturalEngine.start(
            Behaviors.receiveMessage(
                message -> {
                  throw new LinkageError("provoked by a test");
                }),
            "fatal",
            ConfigFactory.empty());
    system.tell("go");
    system.getWhenTerminated().toCompletableFuture().get(Deadline.SECONDS, SECONDS);
  }
}
