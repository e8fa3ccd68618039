package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class RepetitionTest {
  private static final long CHOICES = 200;

  private final MachinePlan plan = SeededRuns.plan(SeededRuns.small(), "linux-2.6.20");
  private final Way way = Way.ofRun(plan.request().settings());

  @Test
  void theFirstDeliveryThatDiffersIsNamed() {
    assertThat(
            Repetition.firstDifference(
                List.of("a#1 to sda at 5 ns", "b#1 to sda at 7 ns", "c#1 to sda at 9 ns"),
                List.of("a#1 to sda at 5 ns", "b#1 to sda at 8 ns", "d#1 to sda at 9 ns")))
        .isEqualTo(
            "delivery 2 is b#1 to sda at 7 ns in one run and b#1 to sda at 8 ns in the other");
  }

  @Test
  void aRunThatEndsEarlierIsADifference() {
    assertThat(Repetition.firstDifference(List.of("a", "b"), List.of("a")))
        .isEqualTo("one run ends after 2 deliveries, the other after 1");
    assertThat(Repetition.firstDifference(List.of(), List.of("a")))
        .isEqualTo("one run ends after 0 deliveries, the other after 1");
  }

  @Test
  void sameDeliveriesLeaveWhatWasTraced() {
    assertThat(Repetition.firstDifference(List.of("a"), List.of("a")))
        .isEqualTo("the deliveries are the same, the tracepoints or contents are not");
  }

  @Test
  void aRunThatIsRepeatedPasses() {
    SeededRuns.onLane(
        lane -> {
          SeededRun run = SeededRuns.run(plan, 3, lane, CHOICES, Watching.NOBODY);
          assertThatCode(() -> Repetition.check(plan, run, lane, way, SeededRuns.choices(CHOICES)))
              .doesNotThrowAnyException();
          return run;
        });
  }

  @Test
  void aRunThatCannotBeRepeatedIsRefusedByTheNumberOfItsMachine() {
    SeededRuns.onLane(
        lane -> {
          SeededRun longer = SeededRuns.run(plan, 3, lane, CHOICES + 1, Watching.NOBODY);
          assertThatExceptionOfType(NotDeterministic.class)
              .isThrownBy(
                  () -> Repetition.check(plan, longer, lane, way, SeededRuns.choices(CHOICES)))
              .withMessageStartingWith("machine 3 ran twice and differs: the deliveries are the");
          return longer;
        });
  }
}
