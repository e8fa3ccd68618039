package diorama.kernel.fs.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.OneMachine;
import diorama.kernel.SystemCalls;
import diorama.kernel.data.Content;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.OpenFlags;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.NeverWritten;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ext4 with data=journal makes of a write whose source is not present, kernel by kernel. */
@Timeout(Deadline.SECONDS)
class JournalledWriteTest {
  private static final String SPOTTED = "JBD2: Spotted dirty metadata buffer";
  private static final long PAGE = 4096;

  private final List<Tracepoint> trace = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final ReadBuffer memory = new ReadBuffer(0x40000, PAGE);

  private <T> T run(String kernel, Function<SystemCalls, Step<T>> program) throws Exception {
    try (OneMachine machine =
        new OneMachine(kernel, OneMachine.ext4(DataMode.JOURNAL), trace::add)) {
      T result = machine.run(program);
      log.addAll(machine.log);
      assertThat(machine.complaints).isEmpty();
      return result;
    }
  }

  private static Step<Integer> open(SystemCalls calls, String file) {
    return calls.open(file, OpenFlags.READ_WRITE).map(Long::intValue);
  }

  @ParameterizedTest
  @CsvSource({
    "linux-4.2, false",
    "linux-4.3-rc, true",
    "linux-4.3-rc-linus-copied0, true",
    "linux-4.3-rc-ted-conditional-zero, false",
    "linux-4.3, false",
    "linux-4.4, false",
    "linux-4.12, false",
  })
  void theFirstTouchOfABufferMakesJbd2SpotADirtyBuffer(String kernel, boolean spotted)
      throws Exception {
    long written =
        run(
            kernel,
            calls ->
                open(calls, OneMachine.FILE)
                    .then(fd -> calls.pwrite(fd, IoVec.untouched(4 * PAGE), 0)));

    assertThat(written).isEqualTo(4 * PAGE);
    assertThat(log.stream().filter(line -> line.startsWith(SPOTTED)).count())
        .isEqualTo(spotted ? 4 : 0);
  }

  /**
   * Writes two pages, has them dropped by a direct write whose source cannot be had, and reads the
   * first one.
   */
  private long readAfterFailedOverwrite(String kernel) throws Exception {
    run(
        kernel,
        calls ->
            open(calls, OneMachine.FILE)
                .then(
                    fd ->
                        calls
                            .pwrite(fd, IoVec.aligned(Content.stamped(1, 0, 16)), 0)
                            .then(() -> calls.fsync(fd))
                            .then(() -> calls.fsync(fd))
                            .then(() -> failingWrite(calls, OpenFlags.READ_WRITE.withDirect()))
                            .then(() -> calls.pread(fd, memory, 0))));
    return memory.content().sector(0).digest();
  }

  /** A write of two pages at 0 whose source is a mapping behind the end of a file. */
  private static Step<Long> failingWrite(SystemCalls calls, OpenFlags flags) {
    return open(calls, OneMachine.SOURCE)
        .then(source -> calls.mmap(source, 2 * PAGE, 0))
        .then(
            map ->
                calls
                    .open(OneMachine.FILE, flags)
                    .then(fd -> calls.pwrite(fd.intValue(), IoVec.mapped(map, 2 * PAGE), 0)))
        .map(
            ret -> {
              assertThat(ret).isEqualTo(-Errno.EFAULT);
              return ret;
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.3-rc", "linux-4.3-rc-linus-copied0"})
  void aFailedOverwriteLeavesMemoryThatNobodyWroteInPlaceOfTheOldData(String kernel)
      throws Exception {
    assertThat(NeverWritten.kind(readAfterFailedOverwrite(kernel))).isEqualTo(NeverWritten.MEMORY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linux-4.2",
        "linux-4.3-rc-ted-conditional-zero",
        "linux-4.3",
        "linux-4.4",
        "linux-4.12"
      })
  void elsewhereTheOldDataStay(String kernel) throws Exception {
    assertThat(readAfterFailedOverwrite(kernel))
        .isEqualTo(Content.stamped(1, 0, 16).sector(0).digest());
  }

  /** Reads from a hole that a failed write has been to. */
  private long readAfterFailedWriteToHole(String kernel) throws Exception {
    run(
        kernel,
        calls ->
            open(calls, OneMachine.FILE)
                .then(
                    fd ->
                        calls
                            .pwrite(fd, IoVec.aligned(Content.stamped(1, 0, 8)), 8 * PAGE)
                            .then(() -> failingWrite(calls, OpenFlags.READ_WRITE))
                            .then(() -> calls.pread(fd, memory, 0))));
    return memory.content().sector(0).digest();
  }

  @Test
  void withTedsPatchAFailedWriteToAHoleShowsADeletedFile() throws Exception {
    assertThat(NeverWritten.kind(readAfterFailedWriteToHole("linux-4.3-rc-ted-conditional-zero")))
        .isEqualTo(NeverWritten.DELETED_FILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.2", "linux-4.3-rc", "linux-4.3", "linux-4.4", "linux-4.12"})
  void elsewhereAHoleStaysZeros(String kernel) throws Exception {
    assertThat(readAfterFailedWriteToHole(kernel)).isEqualTo(Content.zeros(1).sector(0).digest());
  }
}
