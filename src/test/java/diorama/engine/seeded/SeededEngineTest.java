package diorama.engine.seeded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SeededEngineTest {
  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  @Test
  void noThreadIsLeftWhenItIsClosed() throws InterruptedException {
    // The first one may start threads that belong to the JDK.
    SeededEngine.start(1, ConfigFactory.empty()).close();
    Set<Thread> before = threads();
    SeededEngine engine = SeededEngine.start(3, ConfigFactory.empty());
    Set<Thread> started = threads();
    started.removeAll(before);
    assertThat(started).hasSizeGreaterThan(3);
    engine.close();
    for (Thread thread : started) {
      thread.join(Duration.ofSeconds(10).toMillis());
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }

  @Test
  void closingWaitsForWhatALaneIsDoing() throws Exception {
    SeededEngine engine = SeededEngine.start(1, ConfigFactory.empty());
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    CompletableFuture<String> work =
        engine
            .lanes()
            .get(0)
            .submit(
                () -> {
                  begun.countDown();
                  closing.await();
                  return "done";
                });
    begun.await();
    Thread closer = new Thread(engine::close);
    closer.start();
    closing.countDown();
    closer.join();
    assertThat(work.get(30, SECONDS)).isEqualTo("done");
  }

  @Test
  void aLaneRunsOneWorldAtATime() {
    try (Worlds worlds = new Worlds()) {
      worlds.steady(
          root -> {},
          world ->
              assertThatThrownBy(
                      () -> worlds.lane().scripted(Worlds.root(r -> {}), WorldListener.NONE))
                  .hasMessage("a lane runs one world at a time"));
    }
  }

  @Test
  void isWhatItIsWhateverALoadedConfigurationSaysOfAkka() {
    Config config = SeededEngine.config(ConfigFactory.load());
    assertThat(config.getString("akka.actor.default-dispatcher.executor"))
        .isEqualTo(SeededExecutorConfigurator.class.getName());
    assertThat(config.getString("akka.scheduler.implementation"))
        .isEqualTo(VirtualScheduler.class.getName());
    assertThat(config.getString("diorama-mailbox.context.kind")).isEqualTo("context");
  }

  @Test
  void takesWhatIsLaidOverAkka() {
    Config config =
        SeededEngine.config(
            ConfigFactory.parseString("diorama.engine.seeded.akka.log-dead-letters = 7, mine = 1"));
    assertThat(config.getInt("akka.log-dead-letters")).isEqualTo(7);
    assertThat(config.getInt("mine")).isOne();
  }
}
