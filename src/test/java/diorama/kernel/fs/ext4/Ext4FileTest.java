package diorama.kernel.fs.ext4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import diorama.Deadline;
import diorama.kernel.OneMachine;
import diorama.kernel.SystemCalls;
import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.IoSubmission;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.OpenFlags;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.BlockTransfer;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file of ext4 in each of its data modes, on a machine that runs by itself. */
@Timeout(Deadline.SECONDS)
class Ext4FileTest {
  private static final long PAGE = 4096;
  private static final Content DATA = Content.stamped(7, 0, 16);
  private static final Sector ZERO = Content.zeros(1).sector(0);

  private final ReadBuffer memory = new ReadBuffer(0x40000, 8 * PAGE);

  private <T> T run(DataMode mode, Function<SystemCalls, Step<T>> program) throws Exception {
    try (OneMachine machine = new OneMachine("linux-4.12", OneMachine.ext4(mode), Tracer.NONE)) {
      T result = machine.run(program);
      await()
          .atMost(Deadline.DURATION)
          .untilAsserted(() -> assertThat(machine.unrest()).as("%s", machine.complaints).isEmpty());
      assertThat(machine.complaints).isEmpty();
      return result;
    }
  }

  private static Step<Integer> open(SystemCalls calls, OpenFlags flags) {
    return calls.open(OneMachine.FILE, flags).map(Long::intValue);
  }

  private Sector read(long offset) {
    return memory.content().sector((int) (offset / Sector.SIZE));
  }

  @ParameterizedTest
  @EnumSource(DataMode.class)
  void whatWasWrittenIsReadAndAHoleIsZeros(DataMode mode) throws Exception {
    long bytes =
        run(
            mode,
            calls ->
                open(calls, OpenFlags.READ_WRITE)
                    .then(
                        fd ->
                            calls
                                .pwrite(fd, IoVec.aligned(DATA), 4 * PAGE)
                                .then(() -> calls.fsync(fd))
                                .then(() -> calls.pread(fd, memory, 0))));
    assertThat(bytes).isEqualTo(6 * PAGE);
    assertThat(read(0)).isEqualTo(ZERO);
    assertThat(read(4 * PAGE)).isEqualTo(DATA.sector(0));
    assertThat(read(6 * PAGE - 512)).isEqualTo(DATA.sector(15));
  }

  /** How many blocks of files were sent to the disk when another file was synced, and by whom. */
  private List<String> writersOfDataAtCommit(DataMode mode) throws Exception {
    List<Tracepoint> trace = new CopyOnWriteArrayList<>();
    try (OneMachine machine = new OneMachine("linux-4.12", OneMachine.ext4(mode), trace::add)) {
      machine.run(
          calls ->
              open(calls, OpenFlags.READ_WRITE)
                  .then(fd -> calls.pwrite(fd, IoVec.aligned(DATA), 0))
                  .then(() -> calls.open(OneMachine.SOURCE, OpenFlags.READ_WRITE))
                  .then(
                      other ->
                          calls
                              .pwrite(other.intValue(), IoVec.aligned(DATA), 0)
                              .then(() -> calls.fsync(other.intValue()))));
    }
    return trace.stream()
        .filter(point -> point.name().equals("submit_bio"))
        .filter(
            point ->
                point.subject() instanceof BlockTransfer bio
                    && bio.digest(0) == DATA.sector(0).digest())
        .map(point -> point.context().comm())
        .toList();
  }

  @Test
  void aCommitWritesTheNewBlocksOfEveryFileWithDataOrderedAndOfNoneWithDataWriteback()
      throws Exception {
    assertThat(writersOfDataAtCommit(DataMode.ORDERED)).contains("jbd2/sda-8");
    assertThat(writersOfDataAtCommit(DataMode.WRITEBACK)).containsOnly("program");
  }

  @ParameterizedTest
  @EnumSource(DataMode.class)
  void aDirectWriteIntoAHoleIsReadAndItsNeighboursStayZeros(DataMode mode) throws Exception {
    long bytes =
        run(
            mode,
            calls ->
                open(calls, OpenFlags.READ_WRITE.withDirect())
                    .then(
                        fd ->
                            calls
                                .pwrite(fd, IoVec.aligned(DATA), 4 * PAGE)
                                .then(() -> calls.pwrite(fd, IoVec.aligned(DATA), PAGE))
                                .then(() -> open(calls, OpenFlags.READ_WRITE))
                                .then(buffered -> calls.pread(buffered, memory, 0))));
    assertThat(bytes).isEqualTo(6 * PAGE);
    assertThat(read(0)).isEqualTo(ZERO);
    assertThat(read(PAGE)).isEqualTo(DATA.sector(0));
    assertThat(read(3 * PAGE)).isEqualTo(ZERO);
    assertThat(read(4 * PAGE)).isEqualTo(DATA.sector(0));
  }

  @ParameterizedTest
  @EnumSource(DataMode.class)
  void anAsynchronousOneIsReadOnceItsEventIsThere(DataMode mode) throws Exception {
    long res =
        run(
            mode,
            calls ->
                open(calls, OpenFlags.READ_WRITE.withDirect())
                    .then(
                        fd ->
                            calls
                                .pwrite(fd, IoVec.aligned(DATA), 4 * PAGE)
                                .then(() -> calls.ioSetup(1))
                                .then(
                                    ctx ->
                                        calls
                                            .ioSubmit(
                                                ctx.ctxId(),
                                                List.of(
                                                    IoSubmission.pwrite(
                                                        0x1000, 1, fd, IoVec.aligned(DATA), PAGE)))
                                            .then(() -> calls.ioGetevents(ctx.ctxId(), 1, 1, null)))
                                .then(
                                    events ->
                                        open(calls, OpenFlags.READ_WRITE)
                                            .then(buffered -> calls.pread(buffered, memory, 0))
                                            .map(x -> events.events().get(0).res()))));
    assertThat(res).isEqualTo(2 * PAGE);
    assertThat(read(PAGE)).isEqualTo(DATA.sector(0));
    assertThat(read(0)).isEqualTo(ZERO);
  }
}
