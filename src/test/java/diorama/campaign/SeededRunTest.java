package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.ExactlyOneEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs in virtual time, each from a fixed seed: what one shows it shows every time. */
class SeededRunTest {
  private final List<String> explained = new ArrayList<>();

  private KernelResult run(String kernel, int machines, RunRequest.Limits limits) {
    RunRequest request =
        SeededRuns.small()
            .set("engine.seeded.preemption.every=50")
            .machines(machines)
            .request(Engine.SEEDED, kernel, SeededRuns.SEED, limits);
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void progress(Progress now) {}

          @Override
          public void violation(String name, String id, List<String> explanation) {
            explained.add(String.join("\n", explanation));
          }
        };
    return new SeededCampaign(2).run(request, listener, new StopSignal()).kernels().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "linux-2.6.20, kernel BUG at fs/aio.c:512!",
    "linux-2.6.19, kernel BUG at fs/aio.c:509!"
  })
  void theKernelDiesInTheLineThatItsReleaseHas(String kernel, String text) {
    KernelResult result =
        run(kernel, 8, new RunRequest.Limits(Duration.ofSeconds(2), Optional.empty(), true));
    assertThat(result.outcome()).isEqualTo(Outcome.AS_EXPECTED);
    assertThat(result.violations()).anyMatch(v -> v.race().equals(ExactlyOneEvent.CLOBBER));
    assertThat(explained)
        .anySatisfy(
            lines -> assertThat(lines).contains(text, "Call Trace:", "What happened", "65b8291c"));
  }

  @Test
  void aMachineThatDiedIsReplacedAndCounted() {
    KernelResult result =
        run(
            "linux-2.6.20",
            2,
            new RunRequest.Limits(Duration.ofSeconds(4), Optional.empty(), false));
    assertThat(result.replaced()).isPositive();
    assertThat(result.machines()).isEqualTo(2);
    assertThat(result.elapsedSeconds()).isBetween(4.0, 4.1);
  }

  @Test
  void aRunEndsWhenItsOperationsAreDone() {
    KernelResult result =
        run(
            "linux-2.6.21",
            2,
            new RunRequest.Limits(Duration.ofMinutes(1), Optional.of(40L), false));
    long operations = result.operations().values().stream().mapToLong(Long::longValue).sum();
    assertThat(operations).isBetween(40L, 44L);
    assertThat(result.violations()).allMatch(v -> v.id().equals("io-error-event"));
    assertThat(result.operations()).isNotEqualTo(Map.of());
  }
}
