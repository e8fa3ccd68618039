package diorama.process.fio;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.Errno;
import diorama.kernel.sched.Signals;
import diorama.process.RecordedLog;
import diorama.process.ScriptedSystem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FioTest {
  private final RecordedLog log = new RecordedLog();
  private final ScriptedSystem sys = ScriptedSystem.create();

  @Test
  void aSequentialWriteGoesThroughItsRegionOnce() {
    assertThat(job("rw", "write", "bs", "4k", "size", "12k", "offset", "4k")).isZero();

    assertThat(sys.calls)
        .containsExactly(
            "open job.0.0 [O_RDWR, O_CREAT]",
            "pwrite 3 4096@4096",
            "pwrite 3 4096@8192",
            "pwrite 3 4096@12288",
            "close 3");
    assertThat(log.operations).containsExactly(Map.entry("buffered-write", 3L));
  }

  @Test
  void aShortWriteGoesOnWithWhatIsLeft() {
    sys.answer("pwrite", 1024);

    assertThat(job("rw", "write", "size", "4k")).isZero();

    assertThat(sys.calls).contains("pwrite 3 4096@0", "pwrite 3 3072@1024");
    assertThat(log.operations).containsEntry("short-buffered-write", 1L);
  }

  @Test
  void anErrorEndsTheJobAndIsToldAsFioTellsIt() {
    sys.answer("pwrite", 4096, -Errno.EIO);

    assertThat(job("rw", "write", "size", "16k", "direct", "1")).isEqualTo(1);

    assertThat(log.messages)
        .containsExactly(
            "fio: io_u error on file job.0.0: Input/output error: write offset=4096, buflen=4096");
    assertThat(log.operations).containsEntry("dio-write", 2L);
  }

  @Test
  void withContinueOnErrorTheJobGoesOnAndFailsInTheEnd() {
    sys.answer("pwrite", -Errno.EIO, -Errno.EIO);

    assertThat(job("rw", "write", "size", "16k", "continue_on_error", "write")).isEqualTo(1);

    assertThat(log.messages).hasSize(2);
    assertThat(log.operations).containsEntry("buffered-write", 4L);
  }

  @Test
  void libaioKeepsItsDepthAndReapsTheRestAtTheEnd() {
    assertThat(libaio("size", "16k", "iodepth", "3")).isZero();

    assertThat(sys.calls)
        .containsSubsequence("io_setup 3", "io_submit 1", "io_submit 1", "io_submit 1")
        .containsSubsequence("io_getevents 1..1", "io_submit 1", "io_getevents 1..1")
        .endsWith("io_getevents 2..2", "io_destroy", "close 3");
    assertThat(log.operations).containsEntry("aio-dio-write", 4L);
  }

  @Test
  void batchesAreSubmittedWithOneCallAndReapedTogether() {
    assertThat(
            libaio(
                "size",
                "16k",
                "iodepth",
                "4",
                "iodepth_batch",
                "4",
                "iodepth_batch_complete_min",
                "4"))
        .isZero();

    assertThat(sys.calls).containsSubsequence("io_submit 4", "io_getevents 4..4");
    assertThat(sys.calls).doesNotContain("io_submit 1");
  }

  @Test
  void eagainWithRequestsInFlightIsTriedAgainAfterReaping() {
    sys.answer("io_submit", 1, -Errno.EAGAIN, 1);

    assertThat(libaio("size", "8k", "iodepth", "2")).isZero();

    assertThat(sys.calls.stream().filter(c -> c.equals("io_submit 1"))).hasSize(3);
    assertThat(sys.calls).doesNotContain("nanosleep 1000000");
    assertThat(log.messages).isEmpty();
  }

  @Test
  void eagainWithNothingInFlightIsTriedAgainAfterAPause() {
    sys.answer("io_submit", -Errno.EAGAIN, -Errno.EAGAIN, 1);

    assertThat(libaio("size", "4k")).isZero();

    assertThat(sys.calls.stream().filter("nanosleep 1000000"::equals)).hasSize(2);
  }

  @Test
  void aRefusedRequestFailsByItself() {
    sys.answer("io_submit", -Errno.EINVAL);

    assertThat(libaio("size", "4k")).isEqualTo(1);

    assertThat(log.messages)
        .containsExactly(
            "fio: io_u error on file job.0.0: Invalid argument: write offset=0, buflen=4096");
  }

  @Test
  void aSecondEventForOneRequestIsToldOfAndIgnored() {
    sys.before("io_submit", () -> sys.addEvent(77, 4096));

    assertThat(libaio("size", "4k")).isZero();

    assertThat(log.messages)
        .containsExactly("fio: libaio: an event for a request that is not in flight");
  }

  @Test
  void fsyncComesAfterEveryNWritesAndAtTheEnd() {
    assertThat(job("rw", "write", "size", "16k", "fsync", "2", "end_fsync", "1")).isZero();

    assertThat(sys.calls)
        .containsSubsequence("pwrite 3 4096@4096", "fsync 3", "pwrite 3 4096@8192")
        .containsSubsequence("pwrite 3 4096@12288", "fsync 3", "fsync 3", "close 3");
    assertThat(log.operations).containsEntry("fsync", 3L);
  }

  @Test
  void aTimeBasedJobRepeatsUntilItsTimerEndsIt() {
    int[] writes = {0};
    sys.before(
        "pwrite",
        () -> {
          if (++writes[0] == 7) {
            sys.raise(Signals.SIGALRM);
          }
        });

    assertThat(job("rw", "write", "size", "8k", "runtime", "2", "time_based", "1")).isZero();

    assertThat(sys.calls).contains("setitimer 2000");
    assertThat(writes[0]).isEqualTo(7);
  }

  @Test
  void numberIosAndLoopsLimitAJob() {
    assertThat(job("rw", "write", "size", "16k", "number_ios", "3")).isZero();
    assertThat(log.operations).containsEntry("buffered-write", 3L);

    log.operations.clear();
    assertThat(job("rw", "write", "size", "8k", "loops", "3")).isZero();
    assertThat(log.operations).containsEntry("buffered-write", 6L);
  }

  @Test
  void verifyReadsBackWhatWasWrittenAndFindsWhatWasDamaged() {
    assertThat(job("rw", "randwrite", "size", "16k", "verify", "crc32c")).isZero();
    assertThat(log.operations).containsEntry("buffered-read", 4L);

    sys.before("pread", () -> sys.damage(9));
    assertThat(job("rw", "write", "size", "16k", "verify", "crc32c")).isEqualTo(1);
    assertThat(log.messages)
        .containsExactly("verify: bad data at file job.0.0 offset 4096, length 4096");
  }

  @Test
  void aJobThatReadsIsLaidOutFirstAndRunsInSoManyProcesses() {
    ScriptedSystem whole = ScriptedSystem.runningChildren();
    Fio fio = new Fio(options("rw", "read", "size", "8k", "numjobs", "2"), log.environment());

    assertThat(whole.run(fio::main)).isZero();

    assertThat(log.messages)
        .containsExactly(
            "job: Laying out IO file (1 file / 8192 bytes)",
            "job: Laying out IO file (1 file / 8192 bytes)");
    assertThat(whole.calls)
        .contains("open job.0.0 [O_RDONLY]", "open job.1.0 [O_RDONLY]", "pread 3 4096@4096");
    assertThat(log.operations).containsEntry("buffered-read", 4L);
  }

  @Test
  void aProcessThatFailsFailsTheWhole() {
    ScriptedSystem whole = ScriptedSystem.runningChildren().answer("pwrite", -Errno.ENOSPC);
    Fio fio = new Fio(options("rw", "write", "size", "8k", "numjobs", "2"), log.environment());

    assertThat(whole.run(fio::main)).isEqualTo(1);
  }

  private int libaio(String... more) {
    String[] all = new String[more.length + 6];
    System.arraycopy(
        new String[] {"rw", "write", "ioengine", "libaio", "direct", "1"}, 0, all, 0, 6);
    System.arraycopy(more, 0, all, 6, more.length);
    return job(all);
  }

  private int job(String... pairs) {
    JobOptions options = options(pairs);
    sys.calls.clear();
    return sys.run(s -> JobProcess.run(options, 0, s, log.environment()));
  }

  private static JobOptions options(String... pairs) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return JobOptions.of("job", values);
  }
}
