package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The races of data=journal of 2015, on schedules from one seed, and what each answer leaves. */
class JournalledRacesTest {
  private static List<String> seen(String scenario, String kernel) {
    KernelResult result = SeededScenario.run(scenario, kernel, 1, Duration.ofMillis(500));
    assertThat(result.outcome()).as("%s", result.violations()).isEqualTo(Outcome.AS_EXPECTED);
    return result.violations().stream().map(ViolationResult::id).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "aio-dio-invalidate-failure-journal, dirty-metadata-buffer",
    "journalled-zero-dirty, home-before-journal",
    "journalled-assertion, journal-assertion",
    "uninitialised-page-journalled, never-written-content",
  })
  void theReleaseCandidatesShowIt(String scenario, String violation) {
    assertThat(seen(scenario, "linux-4.3-rc")).contains(violation);
  }

  @ParameterizedTest
  @CsvSource({
    "aio-dio-invalidate-failure-journal",
    "journalled-zero-dirty",
    "journalled-assertion",
    "uninitialised-page-journalled",
    "stale-block-after-efault",
    "prefault-livelock-deadlock",
  })
  void neitherTheRevertNorWhatWasMergedDoes(String scenario) {
    for (String kernel : List.of("linux-4.3", "linux-4.12")) {
      assertThat(seen(scenario, kernel)).as(kernel).isEmpty();
    }
  }

  @Test
  void theFirstPatchShowsABlockOfADeletedFile() {
    assertThat(seen("stale-block-after-efault", "linux-4.3-rc-ted-conditional-zero"))
        .containsExactly("never-written-content");
    assertThat(seen("stale-block-after-efault", "linux-4.3-rc"))
        .doesNotContain("never-written-content");
  }

  @Test
  void theSecondPatchChangesNothing() {
    assertThat(seen("journalled-zero-dirty", "linux-4.3-rc-linus-copied0"))
        .contains("dirty-metadata-buffer", "home-before-journal");
  }

  @Test
  void withoutTheFaultAWriteGoesRoundAndWithFaultsInTheCopyItWaitsForItself() {
    assertThat(seen("prefault-livelock-deadlock", "linux-4.3-rc-no-fault-in"))
        .containsExactly("write-livelock");
    assertThat(seen("prefault-livelock-deadlock", "linux-4.3-rc-copy-with-faults"))
        .contains("hung-task");
  }
}
