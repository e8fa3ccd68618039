package diorama.engine.seeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.engine.ActorId;
import diorama.engine.seeded.Toys.Ask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong in a world. */
@Timeout(60)
class FailureTest {
  @AutoClose private static final Worlds worlds = new Worlds();

  private final List<String> log = new ArrayList<>();

  private static Behavior<Ask> throwing(Throwable what) {
    return Behaviors.receiveMessage(
        ask -> {
          if (what instanceof Error error) {
            throw error;
          }
          throw (Exception) what;
        });
  }

  @Test
  void anObjectThatThrowsStopsAndOthersGoOn() {
    worlds.steady(
        root -> {
          ActorRef<Ask> faulty =
              root.spawn(throwing(new IllegalStateException("provoked by a test")), "faulty");
          Toys.caller(root, "a", faulty, 2);
          Toys.caller(root, "b", Toys.object(root, "object", log), 2);
        },
        world -> {
          Worlds.finish(world);
          assertThat(log).containsExactly("b1", "b2");
          assertThat(world.isGone(ActorId.of("faulty"))).isTrue();
        });
  }

  @Test
  void aRootThatThrowsLeavesAnEmptyWorld() {
    worlds.steady(
        root -> {
          throw new IllegalStateException("provoked by a test");
        },
        world -> assertThat(world.step()).isFalse());
  }

  @Test
  void aFatalErrorComesOutOfTheStepAndTheLaneRunsOn() {
    assertThatThrownBy(
            () ->
                worlds.steady(
                    root ->
                        Toys.caller(
                            root,
                            "a",
                            root.spawn(throwing(new LinkageError("provoked by a test")), "faulty"),
                            1),
                    Worlds::finish))
        .isInstanceOf(LinkageError.class)
        .hasMessage("provoked by a test");
    worlds.steady(
        root -> Toys.caller(root, "a", Toys.object(root, "object", log), 1), Worlds::finish);
    assertThat(log).containsExactly("a1");
  }

  @Test
  void whatAForeignThreadTellsIsRefusedAndTheNextStepSaysSo() {
    List<Runnable> leaked = new ArrayList<>();
    worlds.steady(
        root -> {
          ActorRef<Ask> object = Toys.object(root, "object", log);
          ActorRef<String> caller = Toys.caller(root, "a", object, 2);
          leaked.add(() -> object.tell(new Ask("lost", caller)));
        },
        world -> {
          world.step();
          Thread stranger = new Thread(leaked.get(0));
          stranger.setName("a-stranger");
          stranger.start();
          join(stranger);
          assertThatThrownBy(world::step)
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("thread a-stranger told object of lane-1 something");
        });
    assertThat(log).containsExactly("a1");
  }

  @Test
  void onlyTheLaneItselfMakesWorldsOnIt() {
    assertThatThrownBy(() -> worlds.lane().scripted(Worlds.root(root -> {}), WorldListener.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("thread .* made a world of lane-1");
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
