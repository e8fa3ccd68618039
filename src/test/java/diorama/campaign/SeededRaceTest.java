package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.campaign.ExploreResult.First;
import diorama.check.ExactlyOneEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The race of seed 000 on schedules from one seed: what is found here is found every time. */
class SeededRaceTest {
  private final List<String> explained = new ArrayList<>();

  private ExploreResult.Kernel explore(String kernel, Exploring strategy, long schedules) {
    RunRequest run =
        Runs.of("aio-dio-invalidate-failure-small")
            .machines(1)
            .request(
                Engine.SEEDED,
                kernel,
                1,
                new RunRequest.Limits(Duration.ofSeconds(1), Optional.empty(), false));
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void progress(Progress now) {}

          @Override
          public void violation(String name, String id, List<String> explanation) {
            explained.add(String.join("\n", explanation));
          }
        };
    return new Exploration()
        .run(
            new ExploreRequest(run, strategy, 3, 5_000, 1, schedules, false, 2),
            listener,
            new StopSignal())
        .kernels()
        .get(0);
  }

  private static List<String> ordersOfClobber(ExploreResult.Kernel kernel) {
    return kernel.first().stream()
        .filter(f -> f.race().equals(ExactlyOneEvent.CLOBBER))
        .map(First::variant)
        .toList();
  }

  @Test
  void allThreeOrdersHappenOnLinux2620AndTheKernelDiesInLine512() {
    ExploreResult.Kernel kernel = explore("linux-2.6.20", Exploring.RANDOM, 400);

    assertThat(ordersOfClobber(kernel))
        .contains(
            ExactlyOneEvent.SUBMISSION_FIRST,
            ExactlyOneEvent.BIO_FIRST,
            ExactlyOneEvent.SLAB_REUSE);
    assertThat(explained)
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("kernel BUG at fs/aio.c:512!", "Call Trace:", "What happened")
                    .contains("aio_complete(-EIO)", "ki_users=", "65b8291c"));
  }

  @Test
  void onLinux2619TheSameIsLine509() {
    explore("linux-2.6.19", Exploring.RANDOM, 300);
    assertThat(explained)
        .anySatisfy(text -> assertThat(text).contains("kernel BUG at fs/aio.c:509!"));
  }

  @Test
  void prioritiesAndPartialOrdersFindItToo() {
    assertThat(ordersOfClobber(explore("linux-2.6.20", Exploring.PCT, 150))).isNotEmpty();
    assertThat(ordersOfClobber(explore("linux-2.6.20", Exploring.POS, 150))).isNotEmpty();
  }

  @Test
  void onLinux2621TheSameSchedulesShowNoDoubleCompletion() {
    ExploreResult.Kernel kernel = explore("linux-2.6.21", Exploring.RANDOM, 600);
    assertThat(kernel.result().outcome()).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(kernel.first()).noneMatch(f -> f.id().equals(ExactlyOneEvent.ID));
    assertThat(kernel.first()).anyMatch(f -> f.race().equals("releasepage-vs-kjournald"));
    assertThat(kernel.checkedTwice()).isEqualTo(30);
  }
}
