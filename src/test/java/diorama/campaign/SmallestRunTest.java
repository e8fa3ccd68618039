package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.config.Library;
import diorama.trace.TableStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a trace is brought down to: a table that fits on a page. */
class SmallestRunTest {
  @TempDir private Path folder;

  private MinimisedResult smallest(String scenario, String kernel, String violation)
      throws IOException {
    new SeededCampaign()
        .run(
            Runs.of(scenario)
                .machines(1)
                .record(folder)
                .request(
                    Engine.SEEDED,
                    kernel,
                    SeededRuns.SEED,
                    new RunRequest.Limits(
                        Duration.ofSeconds(20),
                        Optional.empty(),
                        false,
                        Sought.until(Set.of(violation)))),
            ProgressListener.NONE,
            new StopSignal());
    Library library = new Library(List.of(Path.of(System.getProperty("diorama.home", "."))));
    try (Stream<Path> files = Files.list(folder)) {
      Path trace = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
      RecordedMachine machine =
          RecordedMachine.open(trace, RaceCatalogue.read(library), TableStyle.PLAIN);
      try (Replaying replaying = new Replaying(machine, 2)) {
        return replaying.minimise(Optional.of(violation), false, Optional.empty()).orElseThrow();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bio-count-race, linux-2.6.1-mm-v1, abandoned-dio, 15",
    "mmap-source-refault, linux-2.6.21, stale-read, 25"
  })
  void hasAFewRows(String scenario, String kernel, String violation, int rows) throws IOException {
    MinimisedResult smallest = smallest(scenario, kernel, violation);
    assertThat(smallest.id()).isEqualTo(violation);
    assertThat(smallest.rows()).isBetween(2, rows);
  }

  @Test
  void ofWhatIsNoRaceNeedsNoOrdering() throws IOException {
    MinimisedResult smallest =
        smallest("efault-extending-aio", "linux-2.6.5-mm", "double-aio-complete");
    assertThat(smallest.rows()).isBetween(2, 25);
    assertThat(smallest.criticalOrderings()).isEmpty();
    assertThat(smallest.workload().toString()).contains("pwrite(fd1, buf[4096]");
  }
}
