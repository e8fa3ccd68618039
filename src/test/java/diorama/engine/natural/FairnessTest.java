package diorama.engine.natural;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who talks much does not keep others from talking. The margins are generous, because a machine
 * that runs tests may take a processor away from a worker, and with it from one pair.
 */
@Timeout(60)
class FairnessTest {
  private static final Config TWO_WORKERS =
      ConfigFactory.parseString("diorama.engine.natural.parallelism = 2");

  private ActorSystem<Void> system;

  @AfterEach
  void stop() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, SECONDS);
  }

  @Test
  void pairsThatAnswerEachOtherGetOnEquallyFast() throws InterruptedException {
    int pairs = 64;
    int rounds = 20_000;
    AtomicIntegerArray done = new AtomicIntegerArray(pairs);
    CountDownLatch first = new CountDownLatch(1);
    system =
        start(
            Behaviors.setup(
                context -> {
                  for (int pair = 0; pair < pairs; pair++) {
                    ActorRef<Ball> other = context.spawn(pong(), "pong-" + pair);
                    context.spawn(ping(other, pair, rounds, done, first), "ping-" + pair);
                  }
                  return Behaviors.empty();
                }));
    first.await();
    int[] sorted = new int[pairs];
    Arrays.setAll(sorted, done::get);
    Arrays.sort(sorted);
    assertThat(sorted[0]).isGreaterThan(sorted[pairs / 2] / 5);
  }

  @Test
  void timersAreServedWhileEveryWorkerHasLocalWorkAllTheTime()
      throws InterruptedException, TimeoutException {
    CountDownLatch ticks = new CountDownLatch(20);
    system =
        start(
            Behaviors.setup(
                context -> {
                  for (int loop = 0; loop < 16; loop++) {
                    ActorRef<Ball> other = context.spawn(pong(), "pong-" + loop);
                    context.spawn(
                        ping(other, 0, Integer.MAX_VALUE, new AtomicIntegerArray(1), ticks),
                        "ping-" + loop);
                  }
                  context.spawn(ticker(ticks), "ticker");
                  return Behaviors.empty();
                }));
    assertThat(ticks.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private static ActorSystem<Void> start(Behavior<Void> guardian) {
    return NaturalEngine.start(guardian, "fairness", TWO_WORKERS);
  }

  private static Behavior<Ball> pong() {
    return Behaviors.setup(
        context -> {
          Ball back = new Ball(context.getSelf());
          return Behaviors.receiveMessage(
              ball -> {
                ball.from().tell(back);
                return Behaviors.same();
              });
        });
  }

  private static Behavior<Ball> ping(
      ActorRef<Ball> other, int pair, int rounds, AtomicIntegerArray done, CountDownLatch first) {
    return Behaviors.setup(
        context -> {
          Ball out = new Ball(context.getSelf());
          other.tell(out);
          return Behaviors.receiveMessage(
              ball -> {
                if (done.incrementAndGet(pair) == rounds) {
                  first.countDown();
                }
                other.tell(out);
                return Behaviors.same();
              });
        });
  }

  private static Behavior<Tick> ticker(CountDownLatch ticks) {
    return Behaviors.withTimers(
        timers -> {
          timers.startTimerWithFixedDelay(new Tick(), Duration.ofMillis(1));
          return Behaviors.receiveMessage(
              tick -> {
                ticks.countDown();
                return Behaviors.same();
              });
        });
  }

  private record Ball(ActorRef<Ball> from) {}

  private record Tick() {}
}
