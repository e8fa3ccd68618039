package diorama.kernel.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockdepTest {
  private final List<List<String>> reports = new ArrayList<>();
  private final Lockdep lockdep =
      new Lockdep("2.6.20", (context, trace, lines) -> reports.add(lines));
  private final Context p = new Context(Context.Kind.PROCESS, "p", 1);

  private void order(LockClass held, LockClass wanted) {
    order(held, wanted, "f");
  }

  private void order(LockClass held, LockClass wanted, String where) {
    new Lockdep.Order(p, 1 << held.ordinal(), wanted, List.of(where)).execute(lockdep);
  }

  @Test
  void theRankingOfThePathsOf2620HasNoCircle() {
    order(LockClass.I_MUTEX, LockClass.PAGE_LOCK);
    order(LockClass.PAGE_LOCK, LockClass.JBD_HANDLE);
    order(LockClass.I_MUTEX, LockClass.JBD_HANDLE);
    order(LockClass.JBD_HANDLE, LockClass.TRUNCATE_MUTEX);
    assertThat(reports).isEmpty();
  }

  @Test
  void aPageLockWantedUnderAHandleClosesACircleThoughNobodyWaits() {
    order(LockClass.PAGE_LOCK, LockClass.JBD_HANDLE);
    order(LockClass.JBD_HANDLE, LockClass.PAGE_LOCK);
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0))
        .contains(
            "[ INFO: possible circular locking dependency detected ]",
            "p/1 is trying to acquire lock:",
            " (PG_locked)",
            " (jbd_handle)");
  }

  @Test
  void theReportSaysWhereEachLockWasWanted() {
    order(LockClass.PAGE_LOCK, LockClass.JBD_HANDLE, "ext3_ordered_writepage");
    order(LockClass.JBD_HANDLE, LockClass.PAGE_LOCK, "direct_io_worker");
    assertThat(reports.get(0))
        .containsSequence(
            "-> #1 (jbd_handle):",
            "   ext3_ordered_writepage",
            "-> #0 (PG_locked):",
            "   direct_io_worker");
  }

  @Test
  void aCircleOverThreeClassesIsFoundOnce() {
    order(LockClass.I_MUTEX, LockClass.PAGE_LOCK);
    order(LockClass.PAGE_LOCK, LockClass.JBD_HANDLE);
    order(LockClass.JBD_HANDLE, LockClass.I_MUTEX);
    order(LockClass.JBD_HANDLE, LockClass.I_MUTEX);
    assertThat(reports).hasSize(1);
  }
}
