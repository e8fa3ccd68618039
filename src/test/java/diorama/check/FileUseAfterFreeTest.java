package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.HistoryBuilder.Memory;
import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of R30, as a machine records it, and orders that are something else. */
class FileUseAfterFreeTest {
  private static final String FILE = "file_end_write reads the file and finds FREED";
  private static final String INODE = "generic_file_write_iter uses the inode and finds FREED";

  private final HistoryBuilder h = new HistoryBuilder();
  private final Subject file = new Memory(Subject.Kind.FILE, "file 4#2");

  private List<Violation> judge() {
    return Check.judge(h.build(), List.of(new FileUseAfterFree()));
  }

  private void completedAndFreedBy(Context context) {
    h.event("aio_get_req", h.process, h.kiocb);
    h.transfer("fput", h.reader, file, null, 1);
    h.event("aio_complete", context, h.kiocb);
    h.transfer("fput", context, file, null, 0);
    h.event("kmem_cache_free filp", h.journal, file);
  }

  private void finds(String what) {
    h.transfer("use after free", h.process, file, null, 0, what);
  }

  @Test
  void theSubmitterReadsAFileThatTheCompletionHasGivenBack() {
    completedAndFreedBy(h.interrupt);
    assertThat(judge()).isEmpty();
    finds(FILE);
    assertThat(judge())
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.id()).isEqualTo(FileUseAfterFree.ID);
              assertThat(v.race()).isEqualTo(FileUseAfterFree.RACE);
              assertThat(v.variant()).isEqualTo(FileUseAfterFree.FILE);
              assertThat(v.witnesses())
                  .extracting(Witness::role)
                  .containsExactly(
                      Role.ACCEPTED,
                      Role.CLOSED,
                      Role.FIRST_COMPLETION,
                      Role.LAST_COUNT,
                      Role.FREED,
                      Role.USED_AFTER_FREE);
            });
  }

  @Test
  void theInodeAndTheFileAreToldOfOnceEach() {
    completedAndFreedBy(h.interrupt);
    finds(INODE);
    finds(INODE);
    finds(FILE);
    assertThat(judge())
        .extracting(Violation::variant)
        .containsExactly(FileUseAfterFree.INODE, FileUseAfterFree.FILE);
  }

  @Test
  void whoDiesOfPoisonIsPartOfIt() {
    completedAndFreedBy(h.interrupt);
    finds(FILE);
    h.report(
        KernelReport.Kind.OOPS,
        h.process,
        List.of("aio_run_iocb", "io_submit_one"),
        List.of("BUG"));
    assertThat(judge()).singleElement().satisfies(v -> assertThat(v.report()).isNotNull());
  }

  @Test
  void withoutACompletionBySomebodyElseTheCauseIsNotKnown() {
    completedAndFreedBy(h.process);
    finds(FILE);
    assertThat(judge())
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(Violation.UNKNOWN));
  }
}
