package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import diorama.check.ExactlyOneEvent;
import diorama.config.BadInput;
import diorama.config.Library;
import diorama.trace.TableStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was recorded on many threads in real time happens again on one in virtual time. */
class ReplayTest {
  private static final String SMALL = "aio-dio-invalidate-failure-small";
  private static final int TIMES = 100;

  @TempDir private Path folder;

  private RecordedMachine recorded() throws IOException {
    Runs.of(SMALL).record(folder).untilViolation("linux-2.6.20");
    try (Stream<Path> files = Files.list(folder)) {
      return open(files.sorted().findFirst().orElseThrow());
    }
  }

  private static RecordedMachine open(Path file) {
    Library library = new Library(List.of(Path.of(System.getProperty("diorama.home", "."))));
    return RecordedMachine.open(file, RaceCatalogue.read(library), TableStyle.PLAIN);
  }

  @Test
  void aRecordedViolationComesBackInAHundredOfAHundredReplays() throws IOException {
    RecordedMachine recorded = recorded();
    try (Replaying replaying = new Replaying(recorded, 1)) {
      ReplayResult first = replaying.replay();
      assertThat(first.recorded()).isNotEmpty();
      assertThat(first.found()).isNotEmpty();
      for (int i = 0; i < TIMES; i++) {
        ReplayResult again = replaying.replay();
        assertThat(again.asRecorded()).isTrue();
        assertThat(again.found()).isEqualTo(first.found());
        assertThat(again.deliveries()).isEqualTo(first.deliveries());
      }
    }
  }

  @Test
  void aTraceThatIsCutOffIsReplayedAsFarAsItGoes() throws IOException {
    RecordedMachine whole = recorded();
    byte[] bytes = Files.readAllBytes(whole.trace().file());
    Path half = folder.resolve("half.trace");
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    RecordedMachine cut = open(half);
    try (Replaying replaying = new Replaying(cut, 1)) {
      ReplayResult result = replaying.replay();
      assertThat(result.cutOff()).isTrue();
      assertThat(result.deliveries()).isLessThanOrEqualTo(cut.trace().deliveries());
    }
  }

  @Test
  void whatIsNotThereIsBadInput() {
    assertThatThrownBy(() -> open(folder.resolve("none.trace")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("there is no trace");
  }

  /** A trace of the seeded engine, so that what is minimised is the same every time. */
  private RecordedMachine recordedFromSeed() throws IOException {
    new SeededCampaign()
        .run(
            Runs.of(SMALL)
                .machines(1)
                .record(folder)
                .request(
                    Engine.SEEDED,
                    "linux-2.6.20",
                    1,
                    new RunRequest.Limits(Duration.ofSeconds(20), Optional.empty(), true)),
            ProgressListener.NONE,
            new StopSignal());
    try (Stream<Path> files = Files.list(folder)) {
      return open(files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow());
    }
  }

  @Test
  void aSeededRunIsReplayedFromItsTraceToo() throws IOException {
    try (Replaying replaying = new Replaying(recordedFromSeed(), 1)) {
      ReplayResult result = replaying.replay();
      assertThat(result.found()).isNotEmpty().isEqualTo(result.recorded());
    }
  }

  @Test
  void theSmallestRunOfATraceHasAFewSystemCallsAndShowsTheSame() throws IOException {
    Path smaller = Files.createDirectory(folder.resolve("smaller"));
    try (Replaying replaying = new Replaying(recordedFromSeed(), 2)) {
      MinimisedResult smallest =
          replaying.minimise(Optional.empty(), false, Optional.of(smaller)).orElseThrow();
      assertThat(smallest.race()).isEqualTo(ExactlyOneEvent.CLOBBER);
      assertThat(smallest.systemCalls()).isBetween(2, 3);
      assertThat(smallest.rows()).isLessThanOrEqualTo(20);
      assertThat(smallest.criticalOrderings()).hasSizeBetween(1, 5);
      assertThat(smallest.systemCallsBefore()).isGreaterThan(smallest.systemCalls());
    }
    try (Stream<Path> files = Files.list(smaller);
        Replaying again = new Replaying(open(files.findFirst().orElseThrow()), 1)) {
      assertThat(again.replay().found()).anyMatch(v -> v.race().equals(ExactlyOneEvent.CLOBBER));
      assertThat(again.replay().asRecorded()).isTrue();
    }
  }

  @Test
  void anExplanationHasTheLastViolationAndTheMessagesThatLedToIt() throws IOException {
    try (Replaying replaying = new Replaying(recordedFromSeed(), 1)) {
      ExplainedRun run = replaying.explain(Optional.empty()).orElseThrow();
      assertThat(run.messages()).hasSizeGreaterThan(1_000);
      assertThat(run.explanation().table().rows()).isNotEmpty();
      assertThat(replaying.explain(Optional.of("hung-task"))).isEmpty();
    }
  }
}
