package diorama.engine.natural;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import diorama.engine.ActorId;
import diorama.engine.Deliveries;
import diorama.engine.Delivery;
import diorama.engine.Recorder;
import diorama.engine.record.Note;
import diorama.engine.record.TraceCursor;
import diorama.engine.record.TraceReader;
import diorama.engine.record.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecordingTest {
  @TempDir private Path folder;
  private final Recordings recordings = new Recordings();
  private Path file;

  private record Entry(int receiver, int sender, long sequence) {}

  @BeforeEach
  void name() {
    file = folder.resolve("machine-1.trace");
  }

  @AfterEach
  void stop() {
    recordings.close();
  }

  private Recording begin(Supplier<String> header) {
    return recordings.begin(file, header, TraceWriter.UNLIMITED);
  }

  private static List<Entry> entries(Path trace) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (TraceCursor at = TraceReader.open(trace).cursor()) {
      while (at.next()) {
        entries.add(new Entry(at.receiver(), at.sender(), at.sequence()));
      }
    }
    return entries;
  }

  @Test
  void recordsOneOrderThatIsEveryActorsOrderAndPutsCausesFirst()
      throws InterruptedException, IOException {
    int players = 20;
    int messages = 200_000;
    ActorTestKit kit =
        ActorTestKit.create(
            NaturalEngine.start(
                Behaviors.empty(),
                "recorded",
                ConfigFactory.parseString(
                    "diorama.engine.natural { delivery-log-size = 65536, parallelism = 4 }")));
    String root = kit.spawn(Behaviors.empty(), "home").path().parent().toStringWithoutAddress();
    Deliveries deliveries = Deliveries.of(kit.system());
    Recording recording = begin(() -> "a header");
    deliveries.record(root + "/machine", recording);
    CountDownLatch played = new CountDownLatch(messages);
    kit.spawn(table(players, played), "machine");
    played.await();
    recordings.close();
    TraceReader trace = TraceReader.open(file);
    List<Entry> entries = entries(file);
    assertThat(trace.header()).isEqualTo("a header");
    assertThat(trace.cutOff()).isFalse();
    assertThat(entries).hasSizeGreaterThanOrEqualTo(messages);
    int[] handed = new int[trace.actors().size()];
    for (Entry entry : entries) {
      // Each player sends one message for each that it is handed, and one at its start.
      if (entry.sender != 0) {
        assertThat(entry.sequence).isLessThanOrEqualTo(handed[entry.sender] + 1);
      }
      handed[entry.receiver]++;
    }
    for (int actor = 1; actor < handed.length; actor++) {
      int number = actor;
      List<Delivery> logged = deliveries.log(root + "/machine/" + trace.actors().get(actor));
      assertThat(entries.stream().filter(e -> e.receiver == number).toList())
          .hasSizeLessThanOrEqualTo(logged.size())
          .extracting(
              e -> ActorId.of(root + "/machine/" + trace.actors().get(e.sender)), Entry::sequence)
          .isEqualTo(
              logged.stream()
                  .limit(handed[actor])
                  .map(d -> tuple(d.sender(), d.sequence()))
                  .toList());
    }
    kit.shutdownTestKit();
  }

  private record Ball() {}

  /** Players who pass each ball on to somebody else, until it was passed often enough. */
  private static Behavior<Void> table(int players, CountDownLatch played) {
    return Behaviors.setup(
        context -> {
          List<ActorRef<Ball>> all = new ArrayList<>();
          CountDownLatch seated = new CountDownLatch(1);
          for (int i = 0; i < players; i++) {
            int seat = i;
            all.add(context.spawn(player(seat, all, seated, played), "player-" + i));
          }
          seated.countDown();
          return Behaviors.empty();
        });
  }

  private static Behavior<Ball> player(
      int seat, List<ActorRef<Ball>> all, CountDownLatch seated, CountDownLatch played) {
    return Behaviors.setup(
        context -> {
          seated.await();
          all.get((seat + 1) % all.size()).tell(new Ball());
          int[] next = {seat};
          return Behaviors.receiveMessage(
              ball -> {
                if (played.getCount() == 0) {
                  return Behaviors.same();
                }
                played.countDown();
                next[0] = (next[0] + 7) % all.size();
                all.get(next[0]).tell(ball);
                return Behaviors.same();
              });
        });
  }

  @Test
  void endsExactlySoManyDeliveriesLater() throws IOException {
    Recording recording = begin(() -> "");
    recording.actor("");
    for (int i = 1; i <= 100; i++) {
      recording.delivered(0, 0, i);
      if (i == 30) {
        recording.note("violation", deliveries -> "at " + deliveries);
        recording.endAfter(20);
        recording.endAfter(40);
      }
      assertThat(recording.running()).isEqualTo(i < 50);
      assertThat(recording.deliveries()).isEqualTo(Math.min(50, i));
    }
    recordings.close();
    assertThat(entries(file)).hasSize(50).last().isEqualTo(new Entry(0, 0, 50));
    assertThat(TraceReader.open(file).notes()).containsExactly(new Note("violation", "at 30", 30));
  }

  @Test
  void whoRunsTheMachineDecidesWhetherTheFileStays() {
    Path kept = folder.resolve("machine-2.trace");
    Path undecided = folder.resolve("machine-3.trace");
    Recording recording = begin(() -> "");
    recording.actor("");
    recording.delivered(0, Recorder.OUTSIDE, 0);
    recording.release(false);
    recordings.begin(kept, () -> "", TraceWriter.UNLIMITED).release(true);
    recordings.begin(undecided, () -> "", TraceWriter.UNLIMITED);
    recordings.close();
    assertThat(file).doesNotExist();
    assertThat(kept).exists();
    assertThat(undecided).exists();
    recording.release(true);
    assertThat(file).doesNotExist();
  }

  @Test
  void takesNotesUntilItIsReleased() throws IOException {
    Recording recording = begin(() -> "");
    recording.actor("");
    recording.delivered(0, Recorder.OUTSIDE, 0);
    recording.end();
    recording.delivered(0, Recorder.OUTSIDE, 0);
    recording.note("late", deliveries -> "after " + deliveries);
    recording.release(true);
    recordings.close();
    assertThat(TraceReader.open(file).notes()).containsExactly(new Note("late", "after 1", 1));
    assertThat(TraceReader.open(file).cutOff()).isFalse();
  }

  @Test
  void waitsForASlowDiskAndLosesNothing() throws InterruptedException, IOException {
    CountDownLatch disk = new CountDownLatch(1);
    Recording recording = beginOnDisk(disk, SECONDS.toNanos(60));
    int threads = 4;
    int each = 2 * DeliveryRing.CELLS;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      new Thread(
              () -> {
                for (int i = 1; i <= each; i++) {
                  recording.delivered(0, 0, i);
                }
                done.countDown();
              })
          .start();
    }
    while (recording.deliveries() < DeliveryRing.CELLS + threads) {
      Thread.onSpinWait();
    }
    assertThat(done.getCount()).isEqualTo(threads);
    disk.countDown();
    done.await();
    recordings.close();
    assertThat(TraceReader.open(file).deliveries()).isEqualTo((long) threads * each);
  }

  @Test
  void endsWithANoteWhenTheDiskIsMuchTooSlow() throws IOException {
    CountDownLatch disk = new CountDownLatch(1);
    Recording recording = beginOnDisk(disk, 1_000_000);
    for (int i = 1; recording.running(); i++) {
      recording.delivered(0, 0, i);
    }
    recording.delivered(0, 0, 1);
    disk.countDown();
    recordings.close();
    TraceReader trace = TraceReader.open(file);
    assertThat(trace.deliveries()).isEqualTo(DeliveryRing.CELLS);
    assertThat(trace.notes())
        .extracting(Note::key, Note::deliveries)
        .containsExactly(tuple(Note.STOPPED, (long) DeliveryRing.CELLS));
  }

  /** A recording on a disk that does not come up before the latch has counted down. */
  private Recording beginOnDisk(CountDownLatch disk, long patience) {
    Recording recording =
        recordings.begin(file, () -> awaited(disk), TraceWriter.UNLIMITED, patience);
    recording.actor("");
    return recording;
  }

  private static String awaited(CountDownLatch disk) {
    try {
      assertThat(disk.await(30, SECONDS)).isTrue();
      return "";
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void endsAtTheLargestSizeAndLetsTheMachineGoOn() throws IOException {
    Recording recording = recordings.begin(file, () -> "", 10_000);
    recording.actor("");
    for (int i = 1; i <= 1_000_000; i++) {
      recording.delivered(0, 0, i);
    }
    recordings.close();
    assertThat(recording.running()).isFalse();
    assertThat(Files.size(file)).isLessThanOrEqualTo(10_000);
    assertThat(TraceReader.open(file).notes()).extracting(Note::key).containsExactly(Note.STOPPED);
  }

  @Test
  void aFileThatCannotBeWrittenEndsTheRecordingAndSaysWhy() {
    Path nowhere = folder.resolve("no such folder").resolve("machine-1.trace");
    Recording recording = recordings.begin(nowhere, () -> "", TraceWriter.UNLIMITED);
    recording.actor("");
    for (int i = 1; recording.running(); i++) {
      recording.delivered(0, 0, i);
    }
    recordings.close();
    assertThat(recordings.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem).startsWith(nowhere + " cannot be written"));
  }
}
