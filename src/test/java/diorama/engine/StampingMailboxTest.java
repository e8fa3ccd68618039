package diorama.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import diorama.Deadline;
import diorama.engine.natural.NaturalEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stamps say about who sent what, and what is counted, in a system of the natural engine. */
@Timeout(Deadline.SECONDS)
class StampingMailboxTest {
  private static final Config LOGGED =
      ConfigFactory.parseString("diorama.engine.natural.delivery-log-size = 65536");

  private final ActorSystem<Void> system = NaturalEngine.start(Behaviors.empty(), "stamps", LOGGED);
  private final ActorTestKit kit = ActorTestKit.create(system);
  private final ActorRef<Void> home = kit.spawn(Behaviors.empty(), "home");
  private final Deliveries deliveries = Deliveries.of(system);

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void countsASendersMessagesOverAllItsReceivers() throws InterruptedException {
    CountDownLatch received = new CountDownLatch(6);
    ActorRef<String> left = kit.spawn(counting(received), "left");
    ActorRef<String> right = kit.spawn(counting(received), "right");
    ActorRef<String> sender =
        kit.spawn(
            Behaviors.<String>receiveMessage(
                message -> {
                  left.tell("1 and 4");
                  right.tell("2 and 5");
                  left.tell("3 and 6");
                  return Behaviors.same();
                }),
            "sender");
    sender.tell("go");
    sender.tell("again");
    received.await();
    long id = id(sender);
    assertThat(deliveries.log(path(left)))
        .containsExactly(
            new Delivery(0, id, 1),
            new Delivery(1, id, 3),
            new Delivery(2, id, 4),
            new Delivery(3, id, 6));
    assertThat(deliveries.log(path(right)))
        .containsExactly(new Delivery(0, id, 2), new Delivery(1, id, 5));
  }

  @Test
  void keepsTheOrderOfEachSender() throws InterruptedException {
    int senders = 8;
    int each = 5_000;
    CountDownLatch received = new CountDownLatch(senders * each);
    ActorRef<String> receiver = kit.spawn(counting(received), "receiver");
    for (int i = 0; i < senders; i++) {
      kit.spawn(talkative(each, () -> receiver.tell("")), "sender-" + i);
    }
    received.await();
    List<Delivery> log = deliveries.log(path(receiver));
    assertThat(log).hasSize(senders * each);
    for (int i = 0; i < senders; i++) {
      List<Long> sequences = new ArrayList<>();
      for (Delivery delivery : log) {
        if (delivery.sender() == ActorId.of(path("sender-" + i))) {
          sequences.add(delivery.sequence());
        }
      }
      // The sender's other messages went to itself, to let others have a turn.
      assertThat(sequences)
          .isEqualTo(LongStream.rangeClosed(1, each).map(n -> 2 * n).boxed().toList());
    }
  }

  @Test
  void stampsWhatComesFromOutsideWithZero() throws InterruptedException {
    CountDownLatch received = new CountDownLatch(2);
    ActorRef<String> receiver = kit.spawn(counting(received), "receiver");
    receiver.tell("from the test's thread");
    system
        .scheduler()
        .scheduleOnce(Duration.ZERO, () -> receiver.tell("later"), system.executionContext());
    received.await();
    assertThat(deliveries.log(path(receiver)))
        .extracting(Delivery::sender, Delivery::sequence)
        .containsOnly(tuple(ActorId.OUTSIDE, 0L))
        .hasSize(2);
  }

  @Test
  void stampsATimersMessageAsSentWhenTheTimerWasArmed() throws InterruptedException {
    CountDownLatch received = new CountDownLatch(4);
    ActorRef<String> other = kit.spawn(counting(received), "other");
    ActorRef<String> sender =
        kit.spawn(
            Behaviors.<String>withTimers(
                timers -> {
                  timers.startSingleTimer("late", Duration.ofMillis(20));
                  timers.startSingleTimer("cancelled", "never", Duration.ofMinutes(1));
                  timers.startSingleTimer("soon", Duration.ZERO);
                  timers.cancel("cancelled");
                  return Behaviors.setup(
                      context -> {
                        context.scheduleOnce(Duration.ofMillis(1), other, "from a timer");
                        other.tell("fifth");
                        return counting(received);
                      });
                }),
            "sender");
    received.await();
    long id = id(sender);
    assertThat(deliveries.log(path(sender)))
        .containsExactly(new Delivery(0, id, 3), new Delivery(1, id, 1));
    assertThat(deliveries.log(path(other)))
        .containsExactly(new Delivery(0, id, 5), new Delivery(1, id, 4));
  }

  @Test
  void stampsNoTwoMessagesOfARepeatingTimerAlike() throws InterruptedException {
    CountDownLatch received = new CountDownLatch(20);
    ActorRef<String> receiver =
        kit.spawn(
            Behaviors.<String>withTimers(
                timers -> {
                  timers.startTimerAtFixedRate("rate", Duration.ofNanos(200_000));
                  timers.startTimerWithFixedDelay("delay", Duration.ofNanos(200_000));
                  return counting(received);
                }),
            "receiver");
    received.await();
    assertThat(deliveries.log(path(receiver)))
        .filteredOn(delivery -> delivery.sender() != ActorId.OUTSIDE)
        .hasSizeLessThanOrEqualTo(2)
        .extracting(Delivery::sequence)
        .doesNotHaveDuplicates();
  }

  @Test
  void stampsWhatASetupAndAStopSend() throws InterruptedException {
    CountDownLatch received = new CountDownLatch(2);
    ActorRef<String> receiver = kit.spawn(counting(received), "receiver");
    ActorRef<String> sender =
        kit.spawn(
            Behaviors.<String>setup(
                context -> {
                  receiver.tell("while it is set up");
                  return Behaviors.receive(String.class)
                      .onMessage(String.class, message -> Behaviors.stopped())
                      .onSignal(
                          PostStop.class,
                          stop -> {
                            receiver.tell("while it stops");
                            return Behaviors.same();
                          })
                      .build();
                }),
            "sender");
    sender.tell("stop");
    received.await();
    assertThat(deliveries.log(path(receiver)))
        .containsExactly(new Delivery(0, id(sender), 1), new Delivery(1, id(sender), 2));
  }

  @Test
  void countsDeliveriesBelowAPathAlsoOfActorsThatStopped() {
    Meter machine1 = deliveries.meter(path("machine-1"));
    ActorRef<Integer> one = kit.spawn(machine(), "machine-1");
    ActorRef<Integer> seventeen = kit.spawn(machine(), "machine-17");
    Meter machine17 = deliveries.meter(path("machine-17"));
    one.tell(10);
    seventeen.tell(1_000);
    awaitTotal(machine1, 1 + 10);
    awaitTotal(machine17, 1 + 1_000);
    assertThat(deliveries.total()).isGreaterThanOrEqualTo(2 + 1_010);

    kit.stop(one);
    assertThat(machine1.total()).isEqualTo(11);
    assertThat(deliveries.total()).isGreaterThanOrEqualTo(2 + 1_010);
    assertThat(deliveries.log(path("machine-1"))).isEmpty();
  }

  @Test
  void givesOneMeterForOnePathUntilItIsClosed() {
    Meter meter = deliveries.meter("/user/machine-1");
    assertThat(deliveries.meter("/user/machine-1")).isSameAs(meter);
    meter.close();
    assertThat(deliveries.meter("/user/machine-1")).isNotSameAs(meter);
  }

  @Test
  void countsActorsThatComeAndGo() throws InterruptedException {
    Meter below = deliveries.meter(path("parent"));
    CountDownLatch gone = new CountDownLatch(200);
    kit.spawn(
        Behaviors.<Void>setup(
            context -> {
              for (int i = 0; i < 200; i++) {
                ActorRef<String> child =
                    context.spawn(
                        Behaviors.<String>receiveMessage(
                            message -> {
                              gone.countDown();
                              return Behaviors.stopped();
                            }),
                        "child-" + i);
                child.tell("only one");
              }
              return Behaviors.empty();
            }),
        "parent");
    gone.await();
    awaitTotal(below, 200);
  }

  @Test
  void refusesALogOfANegativeSize() {
    Config settings = ConfigFactory.parseString("delivery-log-size = -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StampingMailbox(system.classicSystem().settings(), settings))
        .withMessageContaining("delivery-log-size = -1");
  }

  /** Counts are plain numbers of running actors: they arrive soon, not at once. */
  private static void awaitTotal(Meter meter, long total) {
    long deadline = System.nanoTime() + SECONDS.toNanos(Deadline.SECONDS);
    while (meter.total() != total && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
    assertThat(meter.total()).isEqualTo(total);
  }

  private static Behavior<String> counting(CountDownLatch received) {
    return Behaviors.receiveMessage(
        message -> {
          received.countDown();
          return Behaviors.same();
        });
  }

  private static Behavior<Integer> talkative(int times, Runnable call) {
    return Behaviors.setup(
        context -> {
          context.getSelf().tell(0);
          return Behaviors.receiveMessage(
              number -> {
                call.run();
                if (number + 1 < times) {
                  context.getSelf().tell(number + 1);
                }
                return Behaviors.same();
              });
        });
  }

  /** Passes as many messages to a child as it is told. */
  private static Behavior<Integer> machine() {
    return Behaviors.setup(
        context -> {
          ActorRef<String> child = context.spawn(Behaviors.ignore(), "child");
          return Behaviors.receiveMessage(
              times -> {
                for (int i = 0; i < times; i++) {
                  child.tell("");
                }
                return Behaviors.same();
              });
        });
  }

  private static long id(ActorRef<?> actor) {
    return ActorId.of(path(actor));
  }

  private static String path(ActorRef<?> actor) {
    return actor.path().toStringWithoutAddress();
  }

  /** The path of an actor that the test spawns. */
  private String path(String name) {
    return home.path().parent().child(name).toStringWithoutAddress();
  }
}
