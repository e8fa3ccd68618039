package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import diorama.config.BadInput;
import diorama.config.Library;
import diorama.engine.record.TraceCursor;
import diorama.engine.record.TraceReader;
import diorama.trace.TableStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run in the natural engine leaves in the folder of its traces. */
class RecordedRunTest {
  private static final String SMALL = "aio-dio-invalidate-failure-small";
  private static final RaceCatalogue RACES =
      RaceCatalogue.read(new Library(List.of(Path.of(System.getProperty("diorama.home", ".")))));

  @TempDir private Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static RecordedMachine open(Path file) {
    return RecordedMachine.open(file, RACES, TableStyle.PLAIN);
  }

  @Test
  void keepsTheTracesOfMachinesThatShowedAViolationAndOfNoOther() throws IOException {
    KernelResult result = Runs.of(SMALL).record(folder).untilViolation("linux-2.6.20");
    ViolationResult seen = result.violations().get(0);
    assertThat(Path.of(seen.trace())).isIn(files());
    for (Path file : files()) {
      assertThat(file.getFileName().toString()).startsWith(SMALL + "-linux-2.6.20-machine-");
      RecordedMachine machine = open(file);
      assertThat(machine.trace().cutOff()).isFalse();
      assertThat(machine.header().profile().name()).isEqualTo("linux-2.6.20");
      assertThat(file.toString()).endsWith("-" + machine.header().machine() + ".trace");
      assertThat(machine.violations()).isNotEmpty();
      ViolationNote first = machine.violations().get(0);
      assertThat(machine.trace().deliveries())
          .isBetween(first.deliveries(), first.deliveries() + Traces.EPILOGUE);
      assertThat(Files.size(file) / (double) machine.trace().deliveries()).isLessThan(6);
    }
    assertThat(open(Path.of(seen.trace())).violations())
        .anySatisfy(
            note -> {
              assertThat(note.id()).isEqualTo(seen.id());
              assertThat(note.race()).isEqualTo(seen.race());
              assertThat(seen.variants()).containsKey(note.variant());
            });
  }

  @Test
  void everyMessageOfAMachineIsSentByAnActorOfItAndCanBeToldFromAllOthers() throws IOException {
    KernelResult result = Runs.of(SMALL).record(folder).untilViolation("linux-2.6.20");
    assertThat(result.violations()).isNotEmpty();
    Set<Long> seen = new HashSet<>();
    try (TraceCursor at = TraceReader.open(files().get(0)).cursor()) {
      while (at.next()) {
        assertThat(at.sender()).isNotNegative();
        assertThat(at.sequence()).isBetween(1L, (1L << 32) - 1);
        assertThat(seen.add((long) at.sender() << 32 | at.sequence())).isTrue();
      }
    }
  }

  @Test
  void leavesNothingOfARunWithoutViolations() throws IOException {
    KernelResult result =
        Runs.of("aio-dio-invalidate-failure-writeback")
            .set("device=sata-ssd")
            .record(folder)
            .ops("linux-2.6.21", 300);
    assertThat(result.violations()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void keepsTheMachinesThatRanWhenItWasInterrupted() throws IOException {
    Runs.of(SMALL).machines(3).record(folder).until("linux-2.6.20", 100_000, lines -> true);
    assertThat(files()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(files()).allSatisfy(file -> assertThat(open(file).trace().cutOff()).isFalse());
  }

  @Test
  void aDamagedTraceIsBadInput() throws IOException {
    Runs.of(SMALL).machines(1).record(folder).until("linux-2.6.20", 100_000, lines -> true);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThat(open(file).trace().cutOff()).isTrue();
    Files.write(file, Arrays.copyOf(whole, 100));
    assertRefused(file, "cut off in its header");
    byte[] flipped = whole.clone();
    flipped[whole.length / 3] ^= 4;
    Files.write(file, flipped);
    assertRefused(file, "a wrong checksum");
    Files.delete(file);
    assertRefused(file, "there is no trace");
    assertRefused(folder, "cannot be read");
  }

  private static void assertRefused(Path file, String problem) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> open(file))
        .withMessageContaining(file.toString())
        .withMessageContaining(problem);
  }
}
