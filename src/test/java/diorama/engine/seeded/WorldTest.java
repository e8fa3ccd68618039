package diorama.engine.seeded;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
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

/** What is a choice in a world and what is not. */
@Timeout(60)
class WorldTest {
  @AutoClose private static final Worlds worlds = new Worlds();

  private final List<String> log = new ArrayList<>();

  @Test
  void aCallWaitsUntilItIsChosen() {
    worlds.steady(
        root -> Toys.twoCallers(root, log),
        world -> {
          assertThat(log).isEmpty();
          assertThat(world.pending()).isEqualTo("[a#1 -> object, b#1 -> object], 0 timers");
          assertThat(world.step()).isTrue();
          assertThat(log).containsExactly("a1");
          Worlds.finish(world);
          assertThat(log).containsExactly("a1", "b1", "a2", "b2");
          assertThat(world.choices()).isEqualTo(4);
        });
  }

  @Test
  void whicheverCallTheStrategyNamesHappens() {
    worlds.lastFirst(
        root -> Toys.twoCallers(root, log),
        world -> {
          Worlds.finish(world);
          assertThat(log).containsExactly("b1", "b2", "a1", "a2");
        });
  }

  @Test
  void answersWakeUpsAndWhatObjectsTellOneAnotherAreNotChosen() {
    worlds.steady(
        root -> {
          ActorRef<Ask> far = Toys.object(root, "far", log);
          ActorRef<String> sleeper = Toys.context(root, "sleeper", Toys.noting(log));
          ActorRef<Ask> near =
              root.spawn(
                  Behaviors.<Ask>receiveMessage(
                      ask -> {
                        log.add(ask.what());
                        far.tell(new Ask("passed on", ask.from()));
                        sleeper.tell("woken");
                        return Behaviors.same();
                      }),
                  "near");
          Toys.caller(root, "a", new Call(near, "asked"), new Call(near, "asked again"));
        },
        world -> {
          world.step();
          assertThat(log).containsExactly("asked", "passed on", "woken");
          assertThat(world.pending()).startsWith("[a#2 -> near]");
        });
  }

  private Behavior<String> note(String what) {
    log.add(what);
    return Behaviors.same();
  }

  @Test
  void whatAContextTellsAContextOrTheRootIsNoCall() {
    worlds.steady(
        root -> {
          ActorRef<String> other = Toys.context(root, "other", Toys.noting(log));
          Toys.context(
              root,
              "a",
              Behaviors.setup(
                  actor -> {
                    other.tell("told");
                    return Behaviors.empty();
                  }));
        },
        world -> assertThat(log).containsExactly("told"));
  }

  @Test
  void anObjectWithACallPendingHearsFromOthersMeanwhile() {
    worlds.steady(
        root -> {
          ActorRef<Ask> busy = Toys.object(root, "busy", log);
          ActorRef<Ask> relay =
              root.spawn(
                  Behaviors.<Ask>receiveMessage(
                      ask -> {
                        busy.tell(ask);
                        return Behaviors.same();
                      }),
                  "relay");
          Toys.caller(root, "a", new Call(relay, "relayed"));
          Toys.caller(root, "b", new Call(busy, "called"));
        },
        world -> {
          world.step();
          assertThat(log).containsExactly("relayed");
          world.step();
          assertThat(log).containsExactly("relayed", "called");
        });
  }

  @Test
  void anObjectWithACallPendingHearsItsTimerWhenItIsDue() {
    worlds.lastFirst(
        root -> {
          ActorRef<Ask> other = Toys.object(root, "other", log);
          ActorRef<String> silent = Toys.context(root, "silent", Behaviors.ignore());
          ActorRef<Ask> device =
              root.spawn(
                  Behaviors.<Ask>setup(
                      actor -> {
                        actor.scheduleOnce(
                            Duration.ofNanos(1), actor.getSelf(), new Ask("timer", silent));
                        return Behaviors.receiveMessage(ask -> note(ask.what()).unsafeCast());
                      }),
                  "device");
          Toys.caller(root, "a", new Call(device, "call"));
          Toys.caller(root, "b", new Call(other, "other"), new Call(other, "again"));
        },
        world -> {
          Worlds.finish(world);
          assertThat(log).containsExactly("other", "timer", "again", "call");
        });
  }

  @Test
  void anObjectWithACallPendingStopsWhenItIsToldTo() {
    worlds.steady(
        root -> {
          ActorRef<Ask> parent =
              root.spawn(
                  Behaviors.<Ask>setup(
                      actor -> {
                        ActorRef<Ask> child = Toys.object(actor, "child", log);
                        Toys.caller(actor, "b", new Call(child, "late"));
                        return Behaviors.receiveMessage(
                            ask -> {
                              actor.stop(child);
                              return Behaviors.same();
                            });
                      }),
                  "parent");
          Toys.caller(root, "a", new Call(parent, "stop it"));
        },
        world -> {
          assertThat(world.pending()).startsWith("[a#1 -> parent, parent/b#1 -> parent/child]");
          assertThat(world.step()).isTrue();
          assertThat(world.isGone(ActorId.of("parent/child"))).isTrue();
          Worlds.finish(world);
          assertThat(log).isEmpty();
        });
  }

  @Test
  void messagesOfOneSenderToOneReceiverStayInOrderWhateverTheStrategySays() {
    List<String> other = new ArrayList<>();
    worlds.lastFirst(
        root -> {
          ActorRef<Ask> object = Toys.object(root, "object", log);
          ActorRef<Ask> another = Toys.object(root, "another", other);
          Toys.hasty(
              root,
              "hasty",
              new Call(object, "1"),
              new Call(object, "2"),
              new Call(object, "3"),
              new Call(object, "4"),
              new Call(another, "overtakes"));
        },
        world -> {
          world.step();
          assertThat(other).containsExactly("overtakes");
          assertThat(log).isEmpty();
          Worlds.finish(world);
          assertThat(log).containsExactly("1", "2", "3", "4");
        });
  }

  @Test
  void nothingIsHandedOutWhenAWorldIsClosedAndAllOfItsActorsStop() {
    List<String> stopped = new ArrayList<>();
    List<Delivered> handed = new ArrayList<>();
    worlds.run(
        root -> {
          ActorRef<Ask> object =
              root.spawn(
                  Behaviors.receive(Ask.class)
                      .onMessage(Ask.class, ask -> note(ask.what()).unsafeCast())
                      .onSignal(
                          PostStop.class,
                          stop -> {
                            stopped.add("object");
                            return Behaviors.same();
                          })
                      .build(),
                  "object");
          Toys.caller(root, "a", object, 5);
          Toys.caller(root, "b", object, 5);
        },
        new RoundRobin(),
        Pace.STEADY,
        Worlds.random(1),
        Worlds.into(handed),
        world -> {
          world.step();
          handed.clear();
        });
    assertThat(stopped).containsExactly("object");
    assertThat(handed).isEmpty();
    assertThat(log).containsExactly("a1");
  }

  @Test
  void timersWithoutEndDoNotKeepAStepFromReturning() {
    worlds.steady(
        root ->
            root.spawn(
                Behaviors.<String>withTimers(
                    timers -> {
                      timers.startSingleTimer("tick", Duration.ofSeconds(1));
                      return Behaviors.receiveMessage(
                          tick -> {
                            timers.startSingleTimer(tick, Duration.ofSeconds(1));
                            return note(tick);
                          });
                    }),
                "clock"),
        world -> {
          world.step();
          world.step();
          assertThat(log).containsExactly("tick", "tick");
          assertThat(world.now()).isEqualTo(Duration.ofSeconds(2).toNanos());
        });
  }
}
