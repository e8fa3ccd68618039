package diorama.process;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.Errno;
import diorama.kernel.sched.ExitStatus;
import org.junit.jupiter.api.Test;

class AioDioInvalidateReadaheadTest {
  private static final int PAGES = 2;
  private static final int READER = 0;
  private static final int WRITER = 1;

  private final RecordedLog log = new RecordedLog();
  private final ScriptedSystem sys = ScriptedSystem.create();

  private int run() {
    return sys.run(new AioDioInvalidateReadahead("f", 4096 * PAGES, log.environment())::main);
  }

  private int run(int child) {
    sys.ends(102, ExitStatus.exited(1)).ends(101, ExitStatus.exited(1));
    run();
    sys.calls.clear();
    return sys.run(sys.children.get(child));
  }

  /** What the writer tells when it has written so many pages of a round. */
  private static long place(long round, int page) {
    return round * (PAGES + 1) + page;
  }

  @Test
  void aFileThatCannotBeOpenedIsSaid() {
    sys.answer("open", -Errno.ENOENT);

    assertThat(run()).isEqualTo(1);
    assertThat(log.messages).containsExactly("open of f, errno: 2");
  }

  @Test
  void whenOneThreadEndsTheOtherIsKilled() {
    sys.ends(102, ExitStatus.exited(1));

    assertThat(run()).isEqualTo(1);
    assertThat(sys.calls).endsWith("wait -1", "kill 101 9", "wait 101");
  }

  @Test
  void theWriterFillsTheFilePageByPageAndBeginsAnew() {
    sys.answer("pwrite", 4096, 4096, 4096, -Errno.EIO);

    assertThat(run(WRITER)).isEqualTo(1);
    assertThat(sys.calls)
        .filteredOn(call -> call.startsWith("pwrite"))
        .containsExactly(
            "pwrite 3 4096@0", "pwrite 3 4096@4096", "pwrite 3 4096@0", "pwrite 3 4096@4096");
    assertThat(log.messages).containsExactly("direct write returned -5 instead of 4096");
  }

  /** What is not written yet holds zeros: the value before that of the first round. */
  @Test
  void theReaderReadsUpToThePlaceAndFailsOnTheValueOfTheRoundBefore() {
    sys.answer("load", 0, place(2, 1), place(1, 2));

    assertThat(run(READER)).isEqualTo(1);
    assertThat(sys.calls)
        .filteredOn(call -> call.startsWith("pread"))
        .containsExactly("pread 4 4096@0", "pread 4 4096@0");
    assertThat(log.messages).containsExactly("page 0: read returned 4096, byte 0 instead of 1");
  }
}
