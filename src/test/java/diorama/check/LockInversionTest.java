package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class LockInversionTest {
  private static final List<String> LOCKDEP =
      List.of(
          "[ INFO: possible circular locking dependency detected ]",
          " (PG_locked)",
          " (jbd_handle)");
  private static final List<String> IN_DIRECT_IO =
      List.of("invalidate_inode_pages2_range", "direct_io_worker", "__blockdev_direct_IO");
  private static final List<String> IN_WRITEPAGE =
      List.of("start_this_handle", "journal_start", "ext3_ordered_writepage");

  private static List<Violation> judge(HistoryBuilder history) {
    return Check.judge(history.build(), List.of(new LockInversion(), new KernelComplaints()));
  }

  private static HistoryBuilder hangs(HistoryBuilder h) {
    return h.report(KernelReport.Kind.HUNG_TASK, h.process, IN_DIRECT_IO, List.of("P"))
        .report(KernelReport.Kind.HUNG_TASK, h.reader, IN_WRITEPAGE, List.of("B"))
        .report(
            KernelReport.Kind.HUNG_TASK,
            h.journal,
            List.of("journal_commit_transaction", "kjournald"),
            List.of("J"))
        .report(KernelReport.Kind.HUNG_TASK, h.reader, List.of("__mutex_lock"), List.of("X"));
  }

  @Test
  void lockdepComesFirstAndEachHungTaskIsNamedByItsPlaceInTheCircle() {
    HistoryBuilder h = new HistoryBuilder();
    h.report(KernelReport.Kind.LOCK_ORDER, h.process, IN_DIRECT_IO, LOCKDEP);
    assertThat(judge(hangs(h)))
        .allMatch(v -> v.race().equals(LockInversion.RACE))
        .extracting(Violation::id, Violation::variant)
        .containsExactly(
            tuple("lock-order-cycle", "lockdep"),
            tuple("hung-task", "direct-writer"),
            tuple("hung-task", "wants-handle"),
            tuple("hung-task", "commit"),
            tuple("hung-task", "behind"));
  }

  @Test
  void tasksThatHangWithoutIt() {
    assertThat(judge(hangs(new HistoryBuilder())))
        .extracting(Violation::race)
        .containsOnly(Violation.UNKNOWN);
  }

  @Test
  void anotherCircleIsNotThisOne() {
    HistoryBuilder h = new HistoryBuilder();
    h.report(
        KernelReport.Kind.LOCK_ORDER,
        h.process,
        IN_DIRECT_IO,
        List.of(" (PG_locked)", " (&inode->i_mutex)"));
    h.report(
        KernelReport.Kind.LOCK_ORDER,
        h.process,
        IN_DIRECT_IO,
        List.of(" (PG_locked)", " (jbd_handle)", "-> #1 (&mm->mmap_sem):", "   f"));
    assertThat(judge(h)).extracting(Violation::race).containsOnly(Violation.UNKNOWN);
  }
}
