package diorama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import diorama.engine.natural.NaturalEngine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which actors a recorder is told of, and by which names. */
@Timeout(60)
class RecordedPathsTest {
  private final ActorTestKit kit =
      ActorTestKit.create(NaturalEngine.start(Behaviors.empty(), "paths", ConfigFactory.empty()));
  private final Deliveries deliveries = Deliveries.of(kit.system());
  private final ActorRef<Void> home = kit.spawn(Behaviors.empty(), "home");

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private static final class Told implements Recorder {
    final List<String> actors = new ArrayList<>();
    final List<String> delivered = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch latch;

    Told(int messages) {
      latch = new CountDownLatch(messages);
    }

    @Override
    public synchronized int actor(String path) {
      actors.add(path);
      return actors.size() - 1;
    }

    @Override
    public void delivered(int receiver, int sender, long sequence) {
      delivered.add(sender + "#" + sequence + " to " + receiver);
      latch.countDown();
    }
  }

  @Test
  void namesActorsByTheirPathBelowTheRecordedOne() throws InterruptedException {
    Told told = new Told(4);
    Told other = new Told(0);
    deliveries.record(path("machine-1"), told);
    deliveries.record(path("machine-17"), other);
    ActorRef<String> machine = kit.spawn(machine(), "machine-1");
    machine.tell("one");
    machine.tell("two");
    told.latch.await();
    assertThat(told.actors).containsExactly("", "child", "child/grandchild");
    assertThat(told.delivered)
        .containsExactlyInAnyOrder("-1#0 to 0", "-1#0 to 0", "0#1 to 2", "0#2 to 2");
    assertThat(other.actors).isEmpty();
  }

  @Test
  void anActorThatTakesTheNameOfAnotherIsAnother() throws InterruptedException {
    Told told = new Told(2);
    deliveries.record(path("machine-1"), told);
    for (int life = 0; life < 2; life++) {
      ActorRef<String> machine =
          kit.spawn(Behaviors.<String>receiveMessage(message -> Behaviors.stopped()), "machine-1");
      machine.tell("stop");
      kit.createTestProbe().expectTerminated(machine);
    }
    told.latch.await();
    assertThat(told.delivered).containsExactly("-1#0 to 0", "-1#0 to 1");
  }

  @Test
  void aSenderOfAnotherMachineIsOutside() throws InterruptedException {
    Told here = new Told(1);
    deliveries.record(path("machine-1"), here);
    deliveries.record(path("machine-2"), new Told(0));
    ActorRef<String> receiver = kit.spawn(Behaviors.<String>ignore(), "machine-1");
    kit.spawn(
        Behaviors.<Void>setup(
            context -> {
              receiver.tell("");
              return Behaviors.empty();
            }),
        "machine-2");
    here.latch.await();
    assertThat(here.delivered).containsExactly("-1#0 to 0");
  }

  @Test
  void leavesLaterActorsUnrecorded() {
    Told told = new Told(0);
    deliveries.record(path("machine-1"), told);
    assertThatIllegalStateException()
        .isThrownBy(() -> deliveries.record(path("machine-1"), new Told(0)));
    deliveries.leaveUnrecorded(path("machine-1"));
    kit.spawn(machine(), "machine-1");
    assertThat(told.actors).isEmpty();
  }

  private static Behavior<String> machine() {
    return Behaviors.setup(
        context -> {
          List<ActorRef<String>> grandchild = new ArrayList<>();
          CountDownLatch made = new CountDownLatch(1);
          context.spawn(
              Behaviors.<Void>setup(
                  child -> {
                    grandchild.add(child.spawn(Behaviors.<String>ignore(), "grandchild"));
                    made.countDown();
                    return Behaviors.empty();
                  }),
              "child");
          made.await();
          return Behaviors.receiveMessage(
              message -> {
                grandchild.get(0).tell(message);
                return Behaviors.same();
              });
        });
  }

  private String path(String name) {
    return home.path().parent().child(name).toStringWithoutAddress();
  }
}
