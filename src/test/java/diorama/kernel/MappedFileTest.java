package diorama.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import diorama.Deadline;
import diorama.kernel.data.Content;
import diorama.kernel.fs.IoSubmission;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.OpenFlags;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.sched.ExitStatus;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are mapped, on whole machines that run by themselves. */
class MappedFileTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 64;
  private static final long BYTES = (long) PAGE * PAGES;
  private static final long HALF = BYTES / 2;
  private static final Content OLD = Content.stamped(1, 0, 8 * PAGES);
  private static final Content NEW = Content.stamped(2, 0, 8);
  private static final OpenFlags BUFFERED = OpenFlags.READ_WRITE;
  private static final OpenFlags DIRECT = OpenFlags.READ_WRITE.withDirect();

  private final ReadBuffer memory = new ReadBuffer(0x40000, PAGE);

  /** A process with the file open in both ways and mapped whole. */
  private record Mapped(SystemCalls calls, int direct, int buffered, long map) {
    Step<Long> load(long offset, ReadBuffer target) {
      return calls.load(map + offset, target);
    }

    Step<Long> store(long offset, Content content) {
      return calls.store(map + offset, IoVec.aligned(content));
    }
  }

  private static <T> T results(String kernel, Function<Mapped, Step<T>> program) throws Exception {
    try (OneMachine machine = new OneMachine(kernel, DataMode.ORDERED)) {
      T results =
          machine.run(
              calls ->
                  calls
                      .open(OneMachine.FILE, DIRECT)
                      .then(direct -> opened(calls, direct.intValue()).then(program)));
      await()
          .atMost(Deadline.DURATION)
          .untilAsserted(() -> assertThat(machine.unrest()).as("%s", machine.complaints).isEmpty());
      assertThat(machine.complaints).isEmpty();
      return results;
    }
  }

  private static Step<Mapped> opened(SystemCalls calls, int direct) {
    return calls
        .pwrite(direct, IoVec.aligned(OLD), 0)
        .then(() -> calls.open(OneMachine.FILE, BUFFERED))
        .then(
            buffered ->
                calls
                    .mmap(buffered.intValue(), BYTES, 0)
                    .map(map -> new Mapped(calls, direct, buffered.intValue(), map)));
  }

  private Content loaded() {
    return memory.content();
  }

  private static Content old(long offset) {
    return OLD.slice((int) (offset / 512), 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-2.6.20", "linux-2.6.24"})
  void aLoadFindsWhatIsOnTheDisk(String kernel) throws Exception {
    long read = results(kernel, m -> m.load(HALF, memory));
    assertThat(read).isEqualTo(PAGE);
    assertThat(loaded().sameAs(old(HALF))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-2.6.20", "linux-2.6.24"})
  void aStoreIsFoundByReadersOfEveryKind(String kernel) throws Exception {
    ReadBuffer direct = new ReadBuffer(0x40000, PAGE);
    ReadBuffer mapped = new ReadBuffer(0x40000, PAGE);
    List<Long> results =
        results(
            kernel,
            m ->
                m.load(0, mapped)
                    .then(() -> m.store(0, NEW))
                    .then(() -> m.calls.pread(m.buffered, memory, 0))
                    .then(() -> m.calls.pread(m.direct, direct, 0))
                    .then(() -> m.load(0, mapped))
                    .map(List::of));
    assertThat(results).containsExactly((long) PAGE);
    assertThat(loaded().sameAs(NEW)).isTrue();
    assertThat(direct.content().sameAs(NEW)).isTrue();
    assertThat(mapped.content().sameAs(NEW)).isTrue();
  }

  @Test
  void aStoreAfterThePageWasWrittenBackMakesItDirtyAgain() throws Exception {
    Content again = Content.stamped(3, 0, 8);
    List<Long> results =
        results(
            "linux-2.6.20",
            m ->
                m.store(0, NEW)
                    .then(() -> m.calls.msync(m.map, PAGE))
                    .then(() -> m.store(0, again))
                    .then(() -> m.calls.pread(m.direct, memory, 0))
                    .map(List::of));
    assertThat(results).containsExactly((long) PAGE);
    assertThat(loaded().sameAs(again)).isTrue();
  }

  @Test
  void whatWasStoredBeforeMunmapIsWrittenBack() throws Exception {
    List<Long> results =
        results(
            "linux-2.6.20",
            m ->
                m.store(PAGE, NEW)
                    .then(
                        () ->
                            m.calls
                                .munmap(m.map, BYTES)
                                .then(
                                    unmapped ->
                                        m.calls
                                            .pread(m.direct, memory, PAGE)
                                            .map(read -> List.of(unmapped, read)))));
    assertThat(results).containsExactly(0L, (long) PAGE);
    assertThat(loaded().sameAs(NEW)).isTrue();
  }

  @Test
  void aDirectWriteTakesItsPagesOutOfThePageTables() throws Exception {
    results(
        "linux-2.6.20",
        m ->
            m.load(0, memory)
                .then(() -> m.calls.pwrite(m.direct, IoVec.aligned(NEW), 0))
                .then(() -> m.load(0, memory)));
    assertThat(loaded().sameAs(NEW)).isTrue();
  }

  @Test
  void aStoreInFrontOfADirectWriteOfTheSamePageIsOnTheDiskBeforeIt() throws Exception {
    Content half = Content.stamped(3, 0, 4);
    results(
        "linux-2.6.20",
        m ->
            m.store(0, NEW)
                .then(() -> m.calls.pwrite(m.direct, IoVec.aligned(half), 2048))
                .then(() -> m.load(0, memory)));
    assertThat(loaded().sameAs(NEW.with(4, half))).isTrue();
  }

  /** The source faults under i_mutex and with the handle open, and is pinned page by page. */
  @ParameterizedTest
  @ValueSource(strings = {"linux-2.6.19", "linux-2.6.20", "linux-2.6.21", "linux-2.6.24"})
  void aDirectWriteFromAMappingWritesWhatLiesThere(String kernel) throws Exception {
    Content all = Content.zeros(8 * PAGES / 2);
    ReadBuffer copy = new ReadBuffer(0x40000, HALF);
    long written =
        results(
            kernel,
            m ->
                m.calls
                    .pwrite(m.direct, IoVec.mapped(m.map + HALF, HALF), 0)
                    .alsoDo(() -> m.calls.pread(m.direct, copy, 0)));
    assertThat(written).isEqualTo(HALF);
    assertThat(copy.content().sectors()).isEqualTo(all.sectors());
    assertThat(copy.content().sameAs(OLD.slice(8 * PAGES / 2, 8 * PAGES / 2))).isTrue();
  }

  @Test
  void soDoesAnAsynchronousOneThatBeginsInsideAPage() throws Exception {
    IoVec source = IoVec.mapped(0, PAGE);
    long event =
        results(
            "linux-2.6.20",
            m ->
                m.calls
                    .ioSetup(4)
                    .then(
                        ctx ->
                            m.calls
                                .ioSubmit(
                                    ctx.ctxId(),
                                    List.of(
                                        IoSubmission.pwrite(
                                            0x1000,
                                            1,
                                            m.direct,
                                            IoVec.mapped(m.map + HALF + 512, source.length()),
                                            0)))
                                .then(() -> m.calls.ioGetevents(ctx.ctxId(), 1, 1, null)))
                    .map(events -> events.events().get(0).res())
                    .alsoDo(() -> m.calls.pread(m.direct, memory, 0)));
    assertThat(event).isEqualTo(PAGE);
    assertThat(loaded().sameAs(OLD.slice((int) (HALF / 512) + 1, 8))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 4096", "1536, 4096", "100, 4000"})
  void aBufferedWriteCopiesFromAMapping(int skip, int length) throws Exception {
    long written =
        results(
            "linux-2.6.20",
            m ->
                m.calls
                    .pwrite(m.buffered, IoVec.mapped(m.map + HALF + skip, length), 0)
                    .alsoDo(() -> m.calls.pread(m.buffered, memory, 0)));
    assertThat(written).isEqualTo(length);
    for (int i = 0; i < length; i++) {
      assertThat(loaded().byteAt(i)).isEqualTo(OLD.byteAt(HALF + skip + i));
    }
  }

  @Test
  void aDirectWriteFromWhereNothingIsMappedFails() throws Exception {
    long written =
        results(
            "linux-2.6.20", m -> m.calls.pwrite(m.direct, IoVec.mapped(m.map + BYTES, PAGE), 0));
    assertThat(written).isEqualTo(-Errno.EFAULT);
  }

  /** F2 section 6: the pages of the range come back because the source lies next to them. */
  @ParameterizedTest
  @CsvSource({"linux-2.6.20, false", "linux-2.6.21, true", "linux-2.6.24, false"})
  void readAroundTheSourceBringsOldPagesBackAndOnlyALaterInvalidationDropsThem(
      String kernel, boolean stale) throws Exception {
    long source = 8L * PAGE;
    results(
        kernel,
        m ->
            m.calls
                .pwrite(m.direct, IoVec.mapped(m.map + source, PAGE), 0)
                .then(() -> m.calls.pread(m.buffered, memory, 0)));
    assertThat(loaded().sameAs(stale ? old(0) : old(source))).isTrue();
  }

  @Test
  void behindTheEndOfTheFileThereIsSigbusAndBesideTheMappingSigsegv() throws Exception {
    List<ExitStatus> ends =
        results(
            "linux-2.6.20",
            m ->
                died(m, map -> map + PAGE * 3L * PAGES)
                    .then(
                        bus ->
                            died(m, map -> map + PAGE * 4L * PAGES)
                                .map(segv -> List.of(bus, segv))));
    assertThat(ends)
        .containsExactly(ExitStatus.killed(Signals.SIGBUS), ExitStatus.killed(Signals.SIGSEGV));
  }

  /** How a child ends that loads from an address of a mapping four times as long as the file. */
  private static Step<ExitStatus> died(Mapped m, Function<Long, Long> address) {
    return m.calls
        .fork(
            "child",
            child ->
                child
                    .mmap(m.buffered, 4 * BYTES, 0)
                    .then(map -> child.load(address.apply(map), new ReadBuffer(0x40000, PAGE)))
                    .map(x -> 0))
        .then(pid -> m.calls.wait4(pid.intValue()))
        .map(r -> r.status());
  }

  @Test
  void whatCannotBeMappedIsRefused() throws Exception {
    List<Long> results =
        results(
            "linux-2.6.20",
            m ->
                m.calls
                    .mmap(m.buffered, 0, 0)
                    .then(
                        empty ->
                            m.calls
                                .mmap(m.buffered, PAGE, 100)
                                .then(
                                    askew ->
                                        m.calls
                                            .mmap(77, PAGE, 0)
                                            .then(
                                                closed ->
                                                    m.calls
                                                        .munmap(m.map, PAGE)
                                                        .map(
                                                            part ->
                                                                List.of(
                                                                    empty, askew, closed,
                                                                    part))))));
    assertThat(results)
        .containsExactly(
            (long) -Errno.EINVAL, (long) -Errno.EINVAL, (long) -Errno.EBADF, (long) -Errno.EINVAL);
  }
}
