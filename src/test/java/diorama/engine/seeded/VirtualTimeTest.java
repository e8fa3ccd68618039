package diorama.engine.seeded;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import diorama.engine.ActorId;
import diorama.engine.seeded.Toys.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timers and the clock. */
@Timeout(60)
class VirtualTimeTest {
  private static final Pace EXACT = new Pace(100, 100, 0, Pace.SHORTEST);

  @AutoClose private static final Worlds worlds = new Worlds();

  private final List<String> log = new ArrayList<>();

  /** An object that sets its timers when it starts, and writes down when each fires. */
  private void clock(ActorContext<?> root, String name, Consumer<ActorContext<String>> set) {
    root.spawn(
        Behaviors.<String>setup(
            actor -> {
              set.accept(actor);
              return Behaviors.receiveMessage(
                  what -> {
                    log.add(what + " at " + Objects.requireNonNull(Lane.current()).now());
                    return Behaviors.same();
                  });
            }),
        name);
  }

  private static Cancellable after(ActorContext<String> actor, long nanos, String what) {
    return actor.scheduleOnce(Duration.ofNanos(nanos), actor.getSelf(), what);
  }

  @Test
  void timersFireInTheOrderInWhichTheyAreDueAndTiesInTheOrderOfArming() {
    worlds.steady(
        root -> {
          clock(
              root,
              "one",
              actor -> {
                after(actor, 30, "last");
                after(actor, 20, "first of two");
                after(actor, 10, "first");
              });
          clock(
              root,
              "other",
              actor -> {
                after(actor, 20, "second of two");
                after(actor, 15, "between");
              });
        },
        world -> {
          Worlds.finish(world);
          assertThat(log)
              .containsExactly(
                  "first at 10",
                  "between at 15",
                  "first of two at 20",
                  "second of two at 20",
                  "last at 30");
        });
  }

  @Test
  void manyTimersFireInOrder() {
    worlds.steady(
        root ->
            clock(
                root,
                "clock",
                actor -> {
                  for (int i = 0; i < 100; i++) {
                    after(actor, 1 + i * 37 % 101, "timer");
                  }
                }),
        world -> {
          Worlds.finish(world);
          List<Long> times = log.stream().map(at -> Long.parseLong(at.substring(9))).toList();
          assertThat(times).hasSize(100).isSorted();
        });
  }

  @Test
  void aCancelledTimerNeverFires() {
    List<Boolean> cancelled = new ArrayList<>();
    worlds.steady(
        root ->
            clock(
                root,
                "clock",
                actor -> {
                  Cancellable gone = after(actor, 10, "never");
                  after(actor, 20, "kept");
                  cancelled.add(gone.cancel());
                  cancelled.add(gone.cancel());
                  cancelled.add(gone.isCancelled());
                }),
        world -> {
          Worlds.finish(world);
          assertThat(log).containsExactly("kept at 20");
          assertThat(cancelled).containsExactly(true, false, true);
        });
  }

  @Test
  void aTimerThatHasFiredCannotBeTakenBack() {
    Cancellable[] timer = new Cancellable[1];
    worlds.steady(
        root -> clock(root, "clock", actor -> timer[0] = after(actor, 10, "fired")),
        world -> {
          Worlds.finish(world);
          assertThat(timer[0].cancel()).isFalse();
          assertThat(timer[0].isCancelled()).isFalse();
          assertThat(log).containsExactly("fired at 10");
        });
  }

  @Test
  void anHourWithNothingToDoTakesNoTime() {
    worlds.steady(
        root ->
            clock(root, "clock", actor -> after(actor, Duration.ofHours(1).toNanos(), "an hour")),
        world -> {
          assertThat(world.step()).isTrue();
          assertThat(log).containsExactly("an hour at 3600000000000");
          assertThat(world.step()).isFalse();
          assertThat(world.now()).isEqualTo(Duration.ofHours(1).toNanos());
        });
  }

  @Test
  void timersFireBetweenTheCallsWhoseCostsMakeThemDue() {
    worlds.run(
        root -> {
          ActorRef<Ask> object = Toys.object(root, "object", log);
          Toys.caller(root, "a", object, 3);
          clock(root, "clock", actor -> after(actor, 150, "timer"));
        },
        new RoundRobin(),
        EXACT,
        Worlds.random(1),
        world -> {
          Worlds.finish(world);
          assertThat(log).containsExactly("a1", "a2", "timer at 200", "a3");
          assertThat(world.now()).isEqualTo(300);
        });
  }

  @Test
  void eachCallCostsWhatThePaceSays() {
    Pace pace = new Pace(100, 1_100, 0, Pace.SHORTEST);
    List<Long> costs = new ArrayList<>();
    worlds.run(
        root -> Toys.caller(root, "a", Toys.object(root, "object", log), 1_000),
        new RoundRobin(),
        pace,
        Worlds.random(1),
        world -> {
          for (long before = 0; world.step(); before = world.now()) {
            costs.add(world.now() - before);
          }
        });
    assertThat(costs).hasSize(1_000).allSatisfy(cost -> assertThat(cost).isBetween(100L, 1_100L));
    // The mean of 1,000 draws from 100 to 1,100 has a standard deviation of 9.1.
    assertThat(costs.stream().mapToLong(c -> c).average().orElseThrow()).isBetween(555.0, 645.0);
  }

  @Test
  void oneActorCanBeLetGoOnWhateverTheStrategyAndTheClockSay() {
    worlds.steady(
        root -> {
          ActorRef<Ask> object = Toys.object(root, "object", log);
          Toys.caller(root, "a", object, 2);
          Toys.caller(root, "b", object, 1);
          clock(
              root,
              "clock",
              actor -> {
                after(actor, 2_000_000, "second");
                after(actor, 1_000_000, "first");
              });
        },
        world -> {
          assertThat(world.advance(ActorId.of("b"), ActorId.of("o"), 700)).isTrue();
          assertThat(log).containsExactly("b1");
          assertThat(world.now()).isEqualTo(700);
          assertThat(world.advance(ActorId.of("b"), ActorId.of("o"), 0)).isFalse();
          assertThat(world.advance(ActorId.of("nobody"), ActorId.of("o"), 0)).isFalse();
          assertThat(world.advance(ActorId.of("clock"), ActorId.of("clock"), 0)).isTrue();
          assertThat(world.advance(ActorId.of("a"), ActorId.of("o"), 500)).isTrue();
          assertThat(log).containsExactly("b1", "first at 1000000", "a1");
          assertThat(world.now()).isEqualTo(1_000_000);
          assertThat(world.choices()).isEqualTo(3);
          Worlds.finish(world);
          assertThat(log).endsWith("a2", "second at 2000000");
        });
  }
}
