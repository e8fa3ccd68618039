package diorama.engine.seeded;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import diorama.engine.ActorId;
import diorama.engine.seeded.Toys.Ask;
import diorama.engine.seeded.Toys.Call;
import diorama.engine.seeded.Worlds.Delivered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Worlds in which only that is handed out what a recording names. */
@Timeout(60)
class ScriptedWorldTest {
  private static final long OBJECT = ActorId.of("object");
  private static final long A = ActorId.of("a");
  private static final long B = ActorId.of("b");

  @AutoClose private static final Worlds worlds = new Worlds();

  private final List<String> log = new ArrayList<>();

  @Test
  void handsOutExactlyTheMessageThatIsNamed() {
    worlds.scripted(
        root -> Toys.twoCallers(root, log),
        world -> {
          assertThat(log).isEmpty();
          assertThat(world.deliver(OBJECT, B, 1, 50)).isTrue();
          assertThat(log).containsExactly("b1");
          assertThat(world.now()).isEqualTo(50);
          assertThat(world.deliver(OBJECT, A, 1, 60)).isTrue();
          assertThat(log).containsExactly("b1", "a1");
          // The answers wait as well.
          assertThat(world.deliver(A, OBJECT, 2, 70)).isTrue();
          assertThat(world.deliver(OBJECT, A, 2, 80)).isTrue();
          assertThat(log).containsExactly("b1", "a1", "a2");
          assertThat(world.deliveries()).isEqualTo(4);
          assertThat(world.choices()).isEqualTo(4);
          assertThat(world.now()).isEqualTo(80);
        });
  }

  @Test
  void saysNoToWhatIsNotThereAndHandsOutNothing() {
    worlds.scripted(
        root -> Toys.caller(root, "a", Toys.object(root, "object", log), 2),
        world -> {
          long before = world.hash();
          assertThat(world.deliver(OBJECT, A, 2, 10)).as("not sent yet").isFalse();
          assertThat(world.deliver(OBJECT, B, 1, 10)).as("no such sender").isFalse();
          assertThat(world.deliver(B, A, 1, 10)).as("another receiver").isFalse();
          assertThat(log).isEmpty();
          assertThat(world.hash()).isEqualTo(before);
          assertThat(world.deliver(OBJECT, A, 1, 10)).isTrue();
          assertThat(world.deliver(OBJECT, A, 1, 10)).as("handed out already").isFalse();
          assertThat(log).containsExactly("a1");
        });
  }

  @Test
  void aLaterMessageOfTheSameSenderCanBeNamedFirst() {
    worlds.scripted(
        root -> {
          ActorRef<Ask> object = Toys.object(root, "object", log);
          Toys.hasty(root, "a", new Call(object, "1"), new Call(object, "2"));
        },
        world -> {
          assertThat(world.deliver(OBJECT, A, 2, 0)).isTrue();
          assertThat(world.deliver(OBJECT, A, 1, 0)).isTrue();
          assertThat(log).containsExactly("2", "1");
        });
  }

  @Test
  void aTimerIsNamedByWhoArmedItEvenIfItWasTakenBackSince() {
    worlds.scripted(
        root -> {
          ActorRef<Ask> object = Toys.object(root, "object", log);
          Toys.context(
              root,
              "a",
              Behaviors.<String>setup(
                  actor -> {
                    ActorRef<String> self = actor.getSelf();
                    actor.scheduleOnce(Duration.ofMillis(3), self, "kept");
                    actor.scheduleOnce(Duration.ofMillis(1), self, "taken back").cancel();
                    object.tell(new Ask("call", self));
                    return Toys.noting(log);
                  }));
        },
        world -> {
          assertThat(world.deliver(A, A, 2, 0)).isTrue();
          assertThat(log).containsExactly("taken back");
          assertThat(world.deliver(A, A, 2, 0)).isFalse();
          assertThat(world.deliver(OBJECT, A, 3, 0)).isTrue();
          assertThat(world.deliver(A, A, 1, 0)).isTrue();
          assertThat(log).containsExactly("taken back", "call", "kept");
          assertThat(world.now()).isEqualTo(Duration.ofMillis(3).toNanos());
        });
  }

  @Test
  void repeatsARunFromItsDeliveries() {
    List<Delivered> recorded = new ArrayList<>();
    long[] hash = new long[1];
    worlds.run(
        root -> Busy.machine(root, log),
        new RandomWalk(Worlds.random(5)),
        Pace.STEADY.preempting(7),
        Worlds.random(6),
        Worlds.into(recorded),
        world -> {
          Worlds.finish(world);
          hash[0] = world.hash();
        });
    List<String> first = List.copyOf(log);
    log.clear();
    worlds.scripted(
        root -> Busy.machine(root, log),
        world -> {
          for (Delivered next : recorded) {
            assertThat(
                    world.deliver(
                        ActorId.of(next.receiver()),
                        ActorId.of(next.sender()),
                        next.sequence(),
                        next.nanos()))
                .as(next + " of " + world.pending())
                .isTrue();
          }
          assertThat(world.hash()).isEqualTo(hash[0]);
        });
    assertThat(log).isEqualTo(first).hasSizeGreaterThan(100);
  }

  @Test
  void whatIsNamedIsToldToAListenerWithItsReceiver() {
    List<Delivered> handed = new ArrayList<>();
    worlds.scripted(
        root -> Toys.caller(root, "a", Toys.object(root, "object", log), 1),
        Worlds.into(handed),
        world -> {
          world.deliver(OBJECT, A, 1, 10);
          world.deliver(A, OBJECT, 1, 20);
        });
    assertThat(handed)
        .containsExactly(new Delivered("object", "a", 1, 10), new Delivered("a", "object", 1, 20));
  }
}
