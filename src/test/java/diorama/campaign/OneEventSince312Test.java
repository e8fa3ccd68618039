package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program of 2007 on kernels whose requests have references: nothing is to be said of it. */
class OneEventSince312Test {
  @ParameterizedTest
  @ValueSource(strings = {"linux-4.2", "linux-4.9", "linux-4.13", "linux-5.0", "linux-5.1"})
  void everyRequestHasExactlyOneEvent(String kernel) {
    KernelResult result =
        SeededScenario.explore(
                Runs.of("aio-dio-invalidate-failure-small").machines(1),
                kernel,
                1,
                Exploring.RANDOM,
                10_000,
                15)
            .result();
    assertThat(result.violations()).isEmpty();
    assertThat(result.operations().get("aio-dio-write")).isGreaterThan(15);
  }
}
