package diorama.engine.natural;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import diorama.Deadline;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who talks much does not keep others from talking. A machine that runs tests may take the
 * processor away from a worker at any time and for long, and with it from what that worker holds.
 */
@Timeout(Deadline.SECONDS)
class FairnessTest {
  private static final int WORKERS = 2;
  private static final int PAIRS = 64;

  private ActorSystem<Void> system;

  @AfterEach
  void stop() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(Deadline.SECONDS, SECONDS);
  }

  /**
   * A pair that has less than a third of what the first one has was held, most of the time, by a
   * worker without a processor. That can be true of one pair for each worker; the next pair after
   * those is what the engine decides, however busy the machine is. Akka's fork-join dispatcher lets
   * one pair do 20,000 rounds while each of the others does 400.
   */
  @Test
  void pairsThatAnswerEachOtherGetOnEquallyFast() throws InterruptedException {
    Rounds rounds = new Rounds();
    system =
        start(
            Behaviors.setup(
                context -> {
                  for (int pair = 0; pair < PAIRS; pair++) {
                    int number = pair;
                    ActorRef<Ball> other = context.spawn(pong(), "pong-" + pair);
                    context.spawn(ping(other, () -> rounds.count(number)), "ping-" + pair);
                  }
                  return Behaviors.empty();
                }));
    rounds.over.await();
    int[] sorted = new int[PAIRS];
    Arrays.setAll(sorted, rounds.done::get);
    Arrays.sort(sorted);
    assertThat(sorted[WORKERS]).isGreaterThan(sorted[PAIRS - 1] / 3);
  }

  /**
   * The rounds that pairs have done since all of them talk: the first ones talk while the guardian
   * is still making the last ones, and a busy machine may keep it from that for a while.
   */
  private static final class Rounds {
    private static final int ENOUGH = 20_000;
    private static final int STARVED = 100 * ENOUGH;

    private final AtomicIntegerArray before = new AtomicIntegerArray(PAIRS);
    private final AtomicIntegerArray done = new AtomicIntegerArray(PAIRS);
    private final CountDownLatch silent = new CountDownLatch(PAIRS);
    private final CountDownLatch over = new CountDownLatch(1);

    void count(int pair) {
      if (silent.getCount() == 0) {
        if (done.incrementAndGet(pair) == ENOUGH) {
          over.countDown();
        }
        return;
      }
      int rounds = before.incrementAndGet(pair);
      if (rounds == 1) {
        silent.countDown();
      } else if (rounds == STARVED) {
        over.countDown();
      }
    }
  }

  @Test
  void timersAreServedWhileEveryWorkerHasLocalWorkAllTheTime() throws InterruptedException {
    CountDownLatch ticks = new CountDownLatch(20);
    system =
        start(
            Behaviors.setup(
                context -> {
                  for (int loop = 0; loop < 16; loop++) {
                    ActorRef<Ball> other = context.spawn(pong(), "pong-" + loop);
                    context.spawn(ping(other, () -> {}), "ping-" + loop);
                  }
                  context.spawn(ticker(ticks), "ticker");
                  return Behaviors.empty();
                }));
    assertThat(ticks.await(Deadline.SECONDS, SECONDS)).isTrue();
  }

  private static ActorSystem<Void> start(Behavior<Void> guardian) {
    Config workers = ConfigFactory.parseMap(Map.of("diorama.engine.natural.parallelism", WORKERS));
    return NaturalEngine.start(guardian, "fairness", workers);
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

  private static Behavior<Ball> ping(ActorRef<Ball> other, Runnable round) {
    return Behaviors.setup(
        context -> {
          Ball out = new Ball(context.getSelf());
          other.tell(out);
          return Behaviors.receiveMessage(
              ball -> {
                round.run();
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
