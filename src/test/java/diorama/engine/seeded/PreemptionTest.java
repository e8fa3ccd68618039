package diorama.engine.seeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import diorama.engine.seeded.Toys.Ask;
import diorama.engine.seeded.Toys.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts that lose the processor for a while. */
@Timeout(60)
class PreemptionTest {
  private static final long COST = 100;
  private static final int CALLS = 4_000;

  @AutoClose private static final Worlds worlds = new Worlds();

  private final List<String> log = new ArrayList<>();

  private static Pace always(long away) {
    return new Pace(COST, COST, 1, away);
  }

  /**
   * For how long a context was away before each of its calls, when it loses the processor always.
   */
  private List<Long> timesAway(long most, LongSupplier bits) {
    List<Long> times = new ArrayList<>();
    worlds.run(
        root -> Toys.caller(root, "a", Toys.object(root, "object", log), CALLS),
        new RoundRobin(),
        always(most),
        bits,
        world -> {
          long before = 0;
          for (long calls = 0; world.step(); calls = world.choices()) {
            if (world.choices() > calls) {
              times.add(world.now() - before - COST);
              before = world.now();
            }
          }
        });
    return times;
  }

  @ParameterizedTest
  @ValueSource(longs = {10_000, 15_000, 20_000, 1_000_000, 100_000_000, 10_000_000_000L})
  void whoLosesTheProcessorIsBackAfterTenMicrosecondsOrMoreAndNoMoreThanTheLimit(long most) {
    List<Long> times = timesAway(most, Worlds.random(most));
    assertThat(log).hasSize(CALLS);
    assertThat(times)
        .hasSize(CALLS)
        .allSatisfy(time -> assertThat(time).isBetween(Pace.SHORTEST, most));
  }

  @Test
  void allBitsOnesOrNoneStayInTheRangeToo() {
    assertThat(timesAway(100_000_000, () -> 0)).containsOnly(Pace.SHORTEST);
    assertThat(timesAway(100_000_000, () -> -1))
        .allSatisfy(time -> assertThat(time).isBetween(Pace.SHORTEST, 100_000_000L));
  }

  /**
   * From 10 us to 81.92 ms there are 13 doublings and a last one that is cut off at 100 ms, each
   * with a probability of 1/14. Of 4,000 draws 286 are expected in each, with a standard deviation
   * of 16.3; another seed would leave 5.5 of these with a probability below 14 * 4e-8.
   */
  @Test
  void eachDoublingIsAsLikelyAsAnyOther() {
    int[] counts = new int[14];
    for (long time : timesAway(100_000_000, Worlds.random(7))) {
      counts[63 - Long.numberOfLeadingZeros(time / Pace.SHORTEST)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(286 - 90, 286 + 90);
    }
  }

  @Test
  void meanwhileOthersGoOnAndThenItComesBack() {
    long[] draws = {0, 0, 0};
    int[] next = {0};
    worlds.run(
        root -> {
          ActorRef<Ask> object = Toys.object(root, "object", log);
          Toys.caller(root, "a", object, 1);
          Toys.caller(root, "b", object, 150);
        },
        new RoundRobin(),
        new Pace(COST, COST, 2, Pace.SHORTEST),
        // The first draw preempts, the next two are for how long; after that nobody is preempted.
        () -> next[0] < draws.length ? draws[next[0]++] : 1,
        world -> {
          assertThat(world.step()).isTrue();
          assertThat(log).isEmpty();
          assertThat(world.choices()).isZero();
          Worlds.finish(world);
        });
    assertThat(log).hasSize(151);
    // b alone makes one call every 100 ns for 10 us.
    assertThat(log.indexOf("a1")).isEqualTo(101);
  }

  @Test
  void whoIsAwayMakesNoOtherCallEither() {
    List<String> times = new ArrayList<>();
    int[] next = {0};
    worlds.run(
        root -> {
          ActorRef<Ask> object = Toys.object(root, "object", log);
          ActorRef<String> hasty =
              Toys.context(
                  root,
                  "hasty",
                  Behaviors.<String>setup(
                      actor -> {
                        object.tell(new Ask("call", actor.getSelf()));
                        return Behaviors.receiveMessage(
                            what -> {
                              if (what.equals("poke")) {
                                object.tell(new Ask("cancel", actor.getSelf()));
                              }
                              return Behaviors.same();
                            });
                      }));
          ActorRef<Ask> poker =
              root.spawn(
                  Behaviors.<Ask>receiveMessage(
                      ask -> {
                        hasty.tell("poke");
                        return Behaviors.same();
                      }),
                  "poker");
          Toys.caller(root, "b", new Call(poker, "poke"));
        },
        new RoundRobin(),
        new Pace(COST, COST, 2, Pace.SHORTEST),
        () -> next[0]++ == 0 ? 0 : 1,
        world -> {
          int seen = 0;
          while (world.step()) {
            for (; seen < log.size(); seen++) {
              times.add(log.get(seen) + " at " + world.now());
            }
          }
        });
    assertThat(times).containsExactly("call at 10100", "cancel at 10200");
  }

  @Test
  void withoutPreemptionNobodyIsAway() {
    worlds.run(
        root -> Toys.caller(root, "a", Toys.object(root, "object", log), 1_000),
        new RoundRobin(),
        new Pace(COST, COST, 0, Pace.SHORTEST),
        Worlds.random(1),
        world -> {
          Worlds.finish(world);
          assertThat(world.now()).isEqualTo(1_000 * COST);
        });
  }

  @Test
  void noPaceIsOutOfRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Pace(0, 1, 0, Pace.SHORTEST));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pace(2, 1, 0, Pace.SHORTEST));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pace(1, 1, -1, Pace.SHORTEST));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pace(1, 1, 0, Duration.ofNanos(9_999).toNanos()))
        .withMessage("no pace has least 1, most 1, preemptEvery 0, away 9999");
  }
}
