package diorama.engine.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("machine-1.trace");
  }

  @ParameterizedTest
  @CsvSource({"1,0", "2,1", "3,10", "4,1000", "5,1000", "6,20000", "7,100000"})
  void readsWhatWasWritten(long seed, int deliveries) throws IOException {
    Recorded written = Recorded.drawn(seed, deliveries);
    written.write(file);
    assertThat(Recorded.read(file)).isEqualTo(written);
    TraceReader reader = TraceReader.open(file);
    assertThat(reader.cutOff()).isFalse();
    assertThat(reader.deliveries()).isEqualTo(deliveries);
  }

  @Test
  void aFileThatIsCutOffAnywhereBehindItsHeaderIsReadUpToItsLastWholeBlock() throws IOException {
    Recorded written = Recorded.drawn(8, 300);
    written.write(file);
    byte[] whole = Files.readAllBytes(file);
    int header = 12 + BlockOutput.size(written.header().getBytes(UTF_8).length);
    long before = 0;
    for (int length = header; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      TraceReader cut = TraceReader.open(file);
      assertThat(cut.cutOff()).isTrue();
      assertThat(cut.deliveries()).isBetween(before, 300L);
      assertThat(Recorded.read(file).entries())
          .isEqualTo(written.entries().subList(0, (int) cut.deliveries()));
      before = cut.deliveries();
    }
    assertThat(before).isEqualTo(300);
  }

  @Test
  void aFileThatIsCutOffWithinItsHeaderSaysSo() throws IOException {
    Recorded written = Recorded.drawn(9, 10);
    written.write(file);
    byte[] whole = Files.readAllBytes(file);
    int header = 12 + BlockOutput.size(written.header().getBytes(UTF_8).length);
    for (int length = 1; length < header; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertDamaged("cut off in its header, at byte " + length);
    }
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    Recorded.drawn(10, 100).write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      String problem =
          bit < 64 ? "no trace" : bit < 96 ? "version" : "the trace is damaged: a wrong checksum";
      assertDamaged(problem);
    }
  }

  @Test
  void aMissingBlockIsNoticed() throws IOException {
    try (TraceWriter writer = TraceWriter.create(file, "", TraceWriter.UNLIMITED)) {
      writer.actor("");
      writer.note("key", "text");
      writer.note("key", "text");
      writer.note("key", "text");
    }
    byte[] whole = Files.readAllBytes(file);
    int note = BlockOutput.size(1 + 3 + 4);
    int end = BlockOutput.size(1);
    byte[] shorter = Arrays.copyOf(whole, whole.length - note);
    System.arraycopy(whole, whole.length - end, shorter, shorter.length - end, end);
    Files.write(file, shorter);
    assertDamaged("a wrong checksum in the block at byte " + (shorter.length - end));
  }

  @Test
  void bytesBehindTheEndAreNoticed() throws IOException {
    Recorded.drawn(11, 10).write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length + 3));
    assertDamaged("something behind its end at byte " + whole.length);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'version 0 of the format, from an older'",
    "2, 'version 2 of the format, from a newer'"
  })
  void anotherVersionIsNamed(byte version, String problem) throws IOException {
    Recorded.drawn(12, 10).write(file);
    byte[] other = Files.readAllBytes(file);
    other[11] = version;
    Files.write(file, other);
    assertDamaged(problem);
    assertDamaged("this one reads version 1");
  }

  @Test
  void anyOtherFileIsNoTrace() throws IOException {
    Files.writeString(file, "title = \"a scenario\"\n");
    assertDamaged("this is no trace");
    Files.writeString(file, "");
    assertDamaged("the file is empty");
  }

  private void assertDamaged(String problem) {
    assertThatExceptionOfType(DamagedTrace.class)
        .isThrownBy(() -> TraceReader.open(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void whatCameAQuarterOfASecondBeforeACrashIsInTheFile() throws IOException {
    AtomicLong clock = new AtomicLong();
    try (TraceWriter writer = TraceWriter.create(file, "", TraceWriter.UNLIMITED, clock::get)) {
      writer.actor("");
      writer.delivery(0, TraceWriter.OUTSIDE, 0, 7);
      clock.set(TimeUnit.MILLISECONDS.toNanos(249));
      writer.flushIfDue();
      assertThat(TraceReader.open(file).deliveries()).isZero();
      clock.set(TimeUnit.MILLISECONDS.toNanos(250));
      writer.flushIfDue();
      assertThat(TraceReader.open(file).deliveries()).isEqualTo(1);
      clock.set(TimeUnit.MILLISECONDS.toNanos(600));
      for (int i = 0; i < 100; i++) {
        writer.delivery(0, 0, i, i);
      }
      TraceReader killed = TraceReader.open(file);
      assertThat(killed.deliveries()).isBetween(30L, 101L);
      assertThat(killed.cutOff()).isTrue();
    }
    assertThat(TraceReader.open(file).deliveries()).isEqualTo(101);
  }

  @Test
  void neverKeepsMoreThan64KibInMemory() throws IOException {
    try (TraceWriter writer = TraceWriter.create(file, "", TraceWriter.UNLIMITED, () -> 0)) {
      writer.actor("");
      long size = Files.size(file);
      for (int i = 0; i < 200_000; i++) {
        writer.delivery(0, 0, i * 1_000_000L, i * 1_000_000L);
        if (Files.size(file) != size) {
          assertThat(Files.size(file) - size).isLessThan(66_000);
          size = Files.size(file);
        }
      }
      assertThat(size).isGreaterThan(1_000_000);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000, 10_000, 150_000})
  void endsAtItsMaximumSizeAndSaysSo(long most) throws IOException {
    Recorded written = Recorded.drawn(13, 100_000);
    try (TraceWriter writer = TraceWriter.create(file, written.header(), most)) {
      for (String actor : written.actors().subList(0, 30)) {
        writer.actor(actor);
      }
      for (int i = 0; !writer.full(); i++) {
        writer.delivery(i % 30, i % 31 - 1, i, i * 100L);
      }
      long recorded = writer.deliveries();
      writer.delivery(0, 0, 1, 1);
      writer.note("violation", "too late");
      writer.actor("too late");
      assertThat(writer.deliveries()).isEqualTo(recorded);
    }
    assertThat(Files.size(file)).isBetween(most - 600, most);
    TraceReader reader = TraceReader.open(file);
    assertThat(reader.cutOff()).isFalse();
    assertThat(reader.notes())
        .singleElement()
        .satisfies(
            note -> {
              assertThat(note.key()).isEqualTo(Note.STOPPED);
              assertThat(note.text()).contains("maximum size").doesNotContain("\n");
              assertThat(note.deliveries()).isEqualTo(reader.deliveries());
            });
  }

  @Test
  void aTimeThatGoesBackCountsAsTheOneBefore() throws IOException {
    try (TraceWriter writer = TraceWriter.create(file, "", TraceWriter.UNLIMITED)) {
      writer.actor("");
      writer.delivery(0, 0, 1, 500);
      writer.delivery(0, 0, 2, 400);
      writer.delivery(0, 0, 3, 501);
    }
    assertThat(Recorded.read(file).entries())
        .extracting(Recorded.Entry::nanos)
        .containsExactly(500L, 500L, 501L);
  }

  @Test
  void refusesADeliveryOfAnActorThatItDoesNotKnow() throws IOException {
    try (TraceWriter writer = TraceWriter.create(file, "", TraceWriter.UNLIMITED)) {
      writer.actor("");
      assertThatIllegalArgumentException().isThrownBy(() -> writer.delivery(1, 0, 1, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> writer.delivery(0, 1, 1, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> writer.delivery(0, 0, -1, 0));
    }
  }
}
