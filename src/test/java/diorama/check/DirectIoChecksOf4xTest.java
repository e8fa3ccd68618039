package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is checked of direct I/O that completes in workers, and in interrupts that may not sleep.
 */
class DirectIoChecksOf4xTest {
  private static final long PAGE = 4096;
  private static final long EIO = 5;

  private final HistoryBuilder h = new HistoryBuilder();
  private final Context worker = new Context(Context.Kind.KTHREAD, "kworker/0:0", 200);
  private final Subject page0 = new HistoryBuilder.Memory(Subject.Kind.PAGE, "page 0");

  private static Subject queue(int number) {
    return new HistoryBuilder.Memory(Subject.Kind.WORKQUEUE, "workqueue dio/sda1#" + number);
  }

  // ---- InterruptSleep ----

  private static final List<String> COMPLETING =
      List.of("invalidate_inode_pages2_range", "dio_complete", "dio_bio_end_aio", "bio_endio");

  private List<Violation> sleeping() {
    return Check.judge(h.build(), List.of(new InterruptSleep(), new KernelComplaints()));
  }

  @Test
  void anInterruptThatDropsPagesAndSleepsIsNamedAndSoIsWhoWaitsForIt() {
    h.report(KernelReport.Kind.SLEEPING_IN_INTERRUPT, h.interrupt, COMPLETING, List.of("BUG"));
    h.report(KernelReport.Kind.HUNG_TASK, h.reader, List.of("lock_page"), List.of("INFO"));
    assertThat(sleeping())
        .extracting(Violation::id, Violation::race, Violation::variant)
        .containsExactly(
            tuple("sleeping-in-interrupt", "invalidate-in-irq", "sleeps"),
            tuple("hung-task", "invalidate-in-irq", "behind"));
  }

  @Test
  void aTaskThatHangsWithoutItHasAnotherCause() {
    h.report(KernelReport.Kind.HUNG_TASK, h.reader, List.of("lock_page"), List.of("INFO"));
    assertThat(sleeping()).extracting(Violation::race).containsExactly(Violation.UNKNOWN);
  }

  @Test
  void anInterruptThatSleepsElsewhereIsNotExplained() {
    h.report(
        KernelReport.Kind.SLEEPING_IN_INTERRUPT,
        h.interrupt,
        List.of("start_this_handle", "dio_bio_end_aio"),
        List.of("BUG"));
    assertThat(sleeping())
        .extracting(Violation::id, Violation::race)
        .containsExactly(tuple("sleeping-in-interrupt", Violation.UNKNOWN));
  }

  // ---- SwallowedError ----

  private void writeWithAFailedBio(long result) {
    Transfer write = new OnePage(true, sector -> 1);
    h.accepted(h.process, h.kiocb).transfer("write: begin", h.process, write, h.kiocb, 0);
    h.bios(h.process, 1).transfer("dio->io_error", h.interrupt, h.dio, null, -EIO);
    h.biosDone(1, 0).completes(h.interrupt, h.kiocb, h.kiocb, result, 0);
  }

  private List<Violation> swallowed() {
    return Check.judge(h.build(), List.of(new SwallowedError()));
  }

  @Test
  void anEventThatSaysAllWasWrittenAlthoughABioFailedIsOne() {
    writeWithAFailedBio(PAGE);
    assertThat(swallowed())
        .extracting(Violation::id, Violation::race)
        .containsExactly(tuple("swallowed-error", "error-reported-as-success"));
  }

  @Test
  void anEventWithTheErrorOrWithLessIsNone() {
    writeWithAFailedBio(-EIO);
    writeWithAFailedBio(PAGE / 2);
    assertThat(swallowed()).isEmpty();
  }

  @Test
  void aRequestThatFailedAndIsGoneHasNothingToDoWithTheNext() {
    h.bios(h.process, 1).transfer("dio->io_error", h.interrupt, h.dio, null, -EIO);
    h.event("kfree", h.process, h.dio);
    Transfer write = new OnePage(true, sector -> 1);
    h.accepted(h.process, h.kiocb).transfer("write: begin", h.process, write, h.kiocb, 0);
    h.bios(h.process, 1).biosDone(1, 0).completes(h.interrupt, h.kiocb, h.kiocb, PAGE, 0);
    assertThat(swallowed()).isEmpty();
  }

  // ---- FsyncError ----

  private List<Violation> fsync(boolean devicesFail) {
    return Check.judge(h.build(), List.of(new FsyncError(devicesFail)));
  }

  private void fsyncReturns(long result) {
    h.transfer("syscall exit", h.process, page0, null, result, "sys_fsync = %d");
  }

  @Test
  void anErrorOfFsyncAfterAPageStayedIsADirtyCollision() {
    h.event("dio_complete", worker, h.dio);
    h.event("invalidate_complete_page2: page is dirty", worker, page0);
    fsyncReturns(-EIO);
    assertThat(fsync(false))
        .extracting(Violation::id, Violation::race)
        .containsExactly(tuple("fsync-error", "dirty-collision"));
    assertThat(fsync(true)).as("then it may be the device").isEmpty();
  }

  @Test
  void anErrorOfFsyncWithoutACauseIsUnknownAndSuccessIsSilent() {
    fsyncReturns(0);
    fsyncReturns(-EIO);
    assertThat(fsync(false)).extracting(Violation::race).containsExactly(Violation.UNKNOWN);
  }

  @Test
  void theWarningOfWhoCompletesIsADirtyCollisionAndOthersAreNot() {
    h.report(
        KernelReport.Kind.WARNING, worker, List.of("dio_complete", "worker_thread"), List.of("W"));
    h.report(KernelReport.Kind.WARNING, h.process, List.of("iomap_dio_rw"), List.of("W"));
    h.report(KernelReport.Kind.WARNING, h.process, List.of("drop_nlink"), List.of("W"));
    assertThat(Check.judge(h.build(), List.of(new CollisionWarning(), new KernelComplaints())))
        .extracting(Violation::id, Violation::race)
        .containsExactly(
            tuple("warning", "dirty-collision"),
            tuple("warning", "dirty-collision"),
            tuple("warning", Violation.UNKNOWN));
  }

  // ---- WorkqueuePublication ----

  private List<Violation> publications() {
    h.event("cache at rest", h.process, page0);
    return Check.judge(h.build(), List.of(new WorkqueuePublication()));
  }

  @Test
  void whoComesSecondDestroysItsOwn() {
    h.event("alloc_workqueue", h.process, queue(1)).event("alloc_workqueue", h.reader, queue(2));
    h.event("s_dio_done_wq: published", h.reader, queue(2));
    h.event("s_dio_done_wq: lost the race", h.process, queue(1));
    h.event("destroy_workqueue", h.process, queue(1));
    assertThat(publications()).isEmpty();
  }

  @Test
  void whoDoesNotLeavesItBehind() {
    h.event("alloc_workqueue", h.process, queue(1)).event("alloc_workqueue", h.reader, queue(2));
    h.event("s_dio_done_wq: published", h.reader, queue(2));
    h.event("s_dio_done_wq: lost the race", h.process, queue(1));
    assertThat(publications()).extracting(Violation::id).containsExactly("leaked-workqueue");
  }

  @Test
  void nothingIsPublishedTwiceAndWhatIsPublishedIsNotDestroyed() {
    h.event("alloc_workqueue", h.process, queue(1)).event("alloc_workqueue", h.reader, queue(2));
    h.event("s_dio_done_wq: published", h.process, queue(1));
    h.event("s_dio_done_wq: published", h.reader, queue(2));
    assertThat(publications()).isNotEmpty();
    h.event("destroy_workqueue", h.reader, queue(2));
    assertThat(publications()).hasSizeGreaterThan(1);
  }

  // ---- what a stale page comes from ----

  private Transfer direct() {
    return new OnePage(true, sector -> 2);
  }

  private void oldPageComesBackDuring(Transfer write) {
    Transfer old = new OnePage(false, sector -> 1);
    h.transfer("write: begin", h.process, old, null, 0);
    h.transfer("write: end", h.process, old, null, PAGE);
    h.accepted(h.process, h.kiocb).transfer("write: begin", h.process, write, h.kiocb, 0);
    h.bios(h.process, 1).event("add_to_page_cache", h.reader, page0).biosDone(1, 0);
  }

  private Violation read(Transfer read) {
    h.transfer("read: begin", h.reader, read, null, 0);
    h.transfer("read: end", h.reader, read, null, PAGE);
    List<Violation> found = Check.judge(h.build(), List.of(new StaleRead()));
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @Test
  void aPageThatAWorkerCouldNotDropIsADirtyCollision() {
    oldPageComesBackDuring(direct());
    h.event("dio_complete", worker, h.dio);
    h.event("invalidate_complete_page2: page is dirty", worker, page0);
    h.completes(worker, h.kiocb, h.kiocb, PAGE, 0);
    assertThat(read(new OnePage(false, sector -> 1)).race()).isEqualTo(StaleRead.DIRTY_COLLISION);
  }

  @Test
  void whatADirectReadStillFindsWasWrittenBackByABufferedWriteToAPartOfThePage() {
    oldPageComesBackDuring(direct());
    h.completes(h.interrupt, h.kiocb, h.kiocb, PAGE, 0);
    Transfer part = new FirstSector();
    h.transfer("write: begin", h.process, part, null, 0);
    h.transfer("write: end", h.process, part, null, 512);
    Violation found = read(new OnePage(true, sector -> sector == 0 ? 3 : 1));
    assertThat(found.race()).isEqualTo(StaleRead.REFAULT_DURING_AIO);
    assertThat(found.variant()).isEqualTo(StaleRead.WRITTEN_BACK);
  }

  /** A buffered write of one sector. */
  private static final class FirstSector extends OnePage {
    FirstSector() {
      super(false, sector -> 3);
    }

    @Override
    public long length() {
      return 512;
    }
  }
}
