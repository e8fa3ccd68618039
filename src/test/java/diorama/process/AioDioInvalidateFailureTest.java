package diorama.process;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.Errno;
import diorama.kernel.sched.ExitStatus;
import diorama.kernel.sched.Signals;
import org.junit.jupiter.api.Test;

class AioDioInvalidateFailureTest {
  private static final int SIZE = 8192;
  private static final int BUFFERED = 0;
  private static final int DIO = 1;

  private final RecordedLog log = new RecordedLog();
  private final AioDioInvalidateFailure program = new AioDioInvalidateFailure("f", SIZE, log);
  private final ScriptedSystem sys = ScriptedSystem.create();

  @Test
  void whenTheAlarmComesFirstBothChildrenAreKilledAndTheTestPasses() {
    sys.ends(-Errno.EINTR, ExitStatus.exited(0));

    assertThat(sys.run(program::main)).isZero();

    assertThat(sys.calls)
        .containsSubsequence("alarm 200", "wait -1", "kill 101 9", "kill 102 9")
        .endsWith("wait 101", "wait 102");
    assertThat(log.messages).containsExactly("ran for 200 seconds without error, passing");
  }

  @Test
  void theExitCodeOfTheFirstChildIsPassedOnAndTheOtherIsKilled() {
    sys.ends(102, ExitStatus.exited(1));

    assertThat(sys.run(program::main)).isEqualTo(1);

    assertThat(sys.calls).endsWith("kill 101 9", "wait 101");
  }

  @Test
  void aChildThatASignalEndedFailsTheTest() {
    sys.ends(101, ExitStatus.killed(Signals.SIGSEGV));

    assertThat(sys.run(program::main)).isEqualTo(1);

    assertThat(sys.calls).endsWith("kill 102 9", "wait 102");
  }

  @Test
  void aForkThatFailsKillsTheChildThatIsThere() {
    sys.answer("fork", 101, -Errno.EAGAIN);

    assertThat(sys.run(program::main)).isEqualTo(1);

    assertThat(sys.calls).endsWith("kill 101 9", "wait 101");
    assertThat(log.messages).containsExactly("fork failed: 11");
  }

  @Test
  void eioIsAcceptedAndEndsTheDirectChildWithSuccess() {
    sys.answer("event", SIZE, SIZE, -Errno.EIO);

    assertThat(child(DIO)).isZero();

    assertThat(log.messages).containsExactly("invalidation returned -EIO, OK");
    assertThat(log.operations).containsEntry("aio-dio-write", 3L);
  }

  @Test
  void anyOtherResultOfADirectWriteFails() {
    sys.answer("event", SIZE, SIZE - 512);

    assertThat(child(DIO)).isEqualTo(1);

    assertThat(log.messages).containsExactly("event res 7680");
  }

  @Test
  void aRefusedSubmissionFails() {
    sys.answer("io_submit", -Errno.EAGAIN);

    assertThat(child(DIO)).isEqualTo(1);

    assertThat(log.messages).containsExactly("io_submit returned -11 instead of 1");
  }

  @Test
  void aShortBufferedWriteFails() {
    sys.answer("pwrite", SIZE, SIZE, 4096);

    assertThat(child(BUFFERED)).isEqualTo(1);

    assertThat(log.messages).containsExactly("buffered write returned 4096");
    assertThat(log.operations).containsEntry("buffered-write", 3L);
  }

  @Test
  void aBufferedWriteThatFailsIsMinusOneInTheCLibrary() {
    sys.answer("pwrite", -Errno.EIO);

    assertThat(child(BUFFERED)).isEqualTo(1);

    assertThat(log.messages).containsExactly("buffered write returned -1");
  }

  @Test
  void aLoopOverTheProgramGoesOnUntilARoundFails() {
    sys.ends(101, ExitStatus.exited(0));
    sys.ends(102, ExitStatus.exited(0));
    sys.ends(103, ExitStatus.killed(Signals.SIGSEGV));

    assertThat(sys.run(new Repeated("p", program, log)::main)).isEqualTo(1);

    assertThat(log.operations).containsEntry("p", 3L);
    assertThat(log.messages).containsExactly("p failed: killed by SIGSEGV");
  }

  private int child(int which) {
    ScriptedSystem parent = ScriptedSystem.create().ends(-Errno.EINTR, ExitStatus.exited(0));
    parent.run(program::main);
    log.messages.clear();
    return sys.run(parent.children.get(which));
  }
}
