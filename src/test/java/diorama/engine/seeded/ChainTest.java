package diorama.engine.seeded;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import diorama.engine.ActorId;
import diorama.engine.seeded.Toys.Ask;
import diorama.engine.seeded.Toys.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which calls belong to one causal chain: never two that are pending at once. */
@Timeout(60)
class ChainTest {
  @AutoClose private static final Worlds worlds = new Worlds();

  private final List<String> log = new ArrayList<>();

  /** Notes the chains of each context in the order in which it had them. */
  private static final class Chains implements Strategy {
    final Map<Long, Set<Chain>> of = new TreeMap<>();
    boolean shared;

    @Override
    public void arrived(Pending pending) {
      of.computeIfAbsent(pending.source(), s -> new LinkedHashSet<>()).add(pending.chain());
    }

    @Override
    public int choose(Candidates candidates) {
      for (int i = 0; i < candidates.size(); i++) {
        for (int j = 0; j < i; j++) {
          shared |= candidates.get(i).chain() == candidates.get(j).chain();
        }
      }
      return 0;
    }

    Set<Chain> of(String context) {
      return of.getOrDefault(ActorId.of(context), Set.of());
    }
  }

  private static Chains chains(Consumer<ActorContext<Void>> start) {
    Chains chains = new Chains();
    worlds.run(start, chains, Pace.STEADY, Worlds.random(1), Worlds::finish);
    return chains;
  }

  @Test
  void aContextStaysInItsChainFromCallToCall() {
    Chains chains = chains(root -> Toys.caller(root, "a", Toys.object(root, "object", log), 5));
    assertThat(chains.of("a")).hasSize(1);
  }

  @Test
  void contextsThatStartTogetherHaveChainsOfTheirOwn() {
    Chains chains = chains(root -> Busy.machine(root, log));
    assertThat(chains.shared).isFalse();
    assertThat(List.of("a", "b", "c", "d", "e", "f"))
        .allSatisfy(context -> assertThat(chains.of(context)).hasSize(1));
  }

  @Test
  void whoIsSetToWorkWhileTheOtherGoesOnHasAChainOfItsOwn() {
    Chains chains =
        chains(
            root -> {
              ActorRef<Ask> object = Toys.object(root, "object", log);
              ActorRef<String> worker = worker(root, "worker", object);
              ActorRef<Ask> queue =
                  root.spawn(
                      Behaviors.<Ask>receiveMessage(
                          ask -> {
                            worker.tell("do it");
                            ask.from().tell("queued");
                            return Behaviors.same();
                          }),
                      "queue");
              Toys.caller(
                  root, "a", new Call(queue, "1"), new Call(object, "2"), new Call(object, "3"));
            });
    assertThat(chains.of("worker")).hasSize(1).doesNotContainAnyElementsOf(chains.of("a"));
    assertThat(chains.shared).isFalse();
  }

  @Test
  void whatFollowsFromAnObjectsTimerIsAChainOfItsOwnEachTime() {
    Chains chains =
        chains(
            root -> {
              ActorRef<Ask> object = Toys.object(root, "object", log);
              ActorRef<String> interrupt = worker(root, "interrupt", object);
              root.spawn(
                  Behaviors.<String>setup(
                      actor -> {
                        actor.scheduleOnce(Duration.ofNanos(10), actor.getSelf(), "one");
                        actor.scheduleOnce(Duration.ofNanos(20), actor.getSelf(), "two");
                        return Behaviors.receiveMessage(
                            done -> {
                              interrupt.tell(done);
                              return Behaviors.same();
                            });
                      }),
                  "device");
            });
    assertThat(log).containsExactly("work", "work");
    assertThat(chains.of("interrupt")).hasSize(2);
  }

  @Test
  void aContextThatSleepsWakesInItsOwnChain() {
    Chains chains =
        chains(
            root -> {
              ActorRef<Ask> object = Toys.object(root, "object", log);
              Toys.context(
                  root,
                  "sleeper",
                  Behaviors.<String>setup(
                      actor -> {
                        ActorRef<String> self = actor.getSelf();
                        object.tell(new Ask("before", self));
                        return Behaviors.receiveMessage(
                            what -> {
                              if (what.equals("before")) {
                                actor.scheduleOnce(Duration.ofSeconds(1), self, "awake");
                              } else if (what.equals("awake")) {
                                object.tell(new Ask("after", self));
                              }
                              return Behaviors.same();
                            });
                      }));
            });
    assertThat(log).containsExactly("before", "after");
    assertThat(chains.of("sleeper")).hasSize(1);
  }

  /** A context that makes one call for each thing that it is told to do. */
  private static ActorRef<String> worker(
      ActorContext<?> parent, String name, ActorRef<Ask> object) {
    return Toys.context(
        parent,
        name,
        Behaviors.<String>setup(
            actor ->
                Behaviors.receiveMessage(
                    told -> {
                      if (!told.equals("work")) {
                        object.tell(new Ask("work", actor.getSelf()));
                      }
                      return Behaviors.same();
                    })));
  }
}
