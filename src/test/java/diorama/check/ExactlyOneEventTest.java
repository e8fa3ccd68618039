package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.Witness.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExactlyOneEventTest {
  private static final long EFAULT = 14;

  private static List<Violation> judge(HistoryBuilder history) {
    return Check.judge(history.build(), List.of(new ExactlyOneEvent(), new KernelComplaints()));
  }

  private static Violation only(HistoryBuilder history) {
    List<Violation> found = judge(history);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @Test
  void requestsThatCompleteOnceAreSilent() {
    ExactlyOneEvent check = new ExactlyOneEvent();
    assertThat(Check.judge(Histories.silent().build(), List.of(check))).isEmpty();
    assertThat(check.accepted()).isEqualTo(2);
  }

  @Test
  void theFixedKernelCompletesAFailedWriteOnce() {
    assertThat(judge(Histories.invalidatedFirst())).isEmpty();
  }

  @Test
  void theSubmittingPathMayBeFirst() {
    HistoryBuilder h = Histories.submissionFirst();
    Violation v = only(h);
    assertThat(v.id()).isEqualTo("double-aio-complete");
    assertThat(v.race()).isEqualTo("eiocbqueued-clobber");
    assertThat(v.variant()).isEqualTo("submission-first");
    assertThat(v.witnesses())
        .extracting(Witness::role)
        .containsExactly(
            Role.ACCEPTED,
            Role.PINNED,
            Role.FAILED_INVALIDATION,
            Role.FIRST_COMPLETION,
            Role.STALE_POINTER,
            Role.SECOND_COMPLETION);
    assertThat(v.witness(Role.FIRST_COMPLETION)).extracting(Witness::context).isEqualTo(h.process);
    assertThat(v.witness(Role.PINNED)).extracting(Witness::context).isEqualTo(h.journal);
  }

  @Test
  void anErrorOfTheSyncMayBeWhatReplacedTheResult() {
    Violation v = only(Histories.syncFailed());
    assertThat(v.race()).isEqualTo("osync-clobber");
    assertThat(v.variant()).isEqualTo("submission-first");
    assertThat(v.witnesses())
        .extracting(Witness::role)
        .containsExactly(
            Role.ACCEPTED,
            Role.JOURNAL_ABORTED,
            Role.FAILED_SYNC,
            Role.FIRST_COMPLETION,
            Role.STALE_POINTER,
            Role.SECOND_COMPLETION);
    assertThat(judge(Histories.syncFailedAndQueued())).isEmpty();
  }

  @Test
  void theBugThatFollowsBelongsToTheViolation() {
    Violation v = only(Histories.submissionFirst());
    assertThat(v.report()).isNotNull();
    assertThat(v.report().headline()).isEqualTo("kernel BUG at fs/aio.c:512!");
    assertThat(v.report().kind()).isEqualTo(KernelReport.Kind.PANIC);
  }

  @Test
  void theLastBioMayBeFirst() {
    HistoryBuilder h = Histories.bioFirst();
    Violation v = only(h);
    assertThat(v.race()).isEqualTo("eiocbqueued-clobber");
    assertThat(v.variant()).isEqualTo("bio-first");
    assertThat(v.report()).extracting(KernelReport::kind).isEqualTo(KernelReport.Kind.OOPS);
    assertThat(v.witness(Role.SECOND_COMPLETION)).extracting(Witness::context).isEqualTo(h.process);
  }

  @Test
  void aSlotThatWasReusedIsOneViolationWithItsVictim() {
    HistoryBuilder h = Histories.slabReuse();
    Violation v = only(h);
    assertThat(v.race()).isEqualTo("eiocbqueued-clobber");
    assertThat(v.variant()).isEqualTo("slab-reuse");
    assertThat(v.witness(Role.VICTIM)).extracting(Witness::subject).isEqualTo(h.next);
    assertThat(v.report()).isNotNull();
  }

  @Test
  void poisonThatKillsTheSecondCompletionIsTheViolationToo() {
    Violation v = only(Histories.poisoned());
    assertThat(v.id()).isEqualTo("double-aio-complete");
    assertThat(v.variant()).isEqualTo("submission-first");
    assertThat(v.race()).isEqualTo("eiocbqueued-clobber");
    assertThat(v.report()).isNotNull();
  }

  @Test
  void withoutAFailedInvalidationTheCauseIsUnknown() {
    HistoryBuilder h = new HistoryBuilder();
    h.accepted(h.process, h.kiocb)
        .bios(h.process, 1)
        .retryReturns(h.process, h.kiocb, -14)
        .completes(h.process, h.kiocb, h.kiocb, -14, 1)
        .biosDone(1, 0)
        .completes(h.interrupt, h.kiocb, h.kiocb, 4096, 0);
    assertThat(only(h).race()).isEqualTo(Violation.UNKNOWN);
    assertThat(only(h).variant()).isEqualTo("submission-first");
  }

  @Test
  void anInvalidationThatFailedBeforeTheBiosIsNotTheClobber() {
    HistoryBuilder h = new HistoryBuilder();
    h.accepted(h.process, h.kiocb)
        .busy(h.process, 1, 0)
        .bios(h.process, 1)
        .completes(h.process, h.kiocb, h.kiocb, -5, 1)
        .biosDone(1, 0)
        .completes(h.interrupt, h.kiocb, h.kiocb, 4096, 0);
    assertThat(only(h).race()).isEqualTo(Violation.UNKNOWN);
  }

  @Test
  void anotherOopsIsAViolationOfItsOwn() {
    HistoryBuilder h = Histories.silent();
    h.bug(h.process, List.of("__aio_put_req", "aio_put_req"));
    assertThat(only(h).id()).isEqualTo("oops");
  }

  @Test
  void everySortOfComplaintHasItsName() {
    HistoryBuilder h = new HistoryBuilder();
    for (KernelReport.Kind kind : KernelReport.Kind.values()) {
      h.report(kind, h.process, List.of("f"), List.of("words"));
    }
    assertThat(judge(h))
        .extracting(Violation::id)
        .containsExactly(
            "oops",
            "panic",
            "warning",
            "sleeping-in-interrupt",
            "hung-task",
            "soft-lockup",
            "lock-order-cycle");
  }

  @Test
  void aHungTaskAfterADoubleCompletionIsCountedApart() {
    HistoryBuilder h = Histories.bioFirst();
    h.report(KernelReport.Kind.HUNG_TASK, h.reader, List.of("exit_aio"), List.of("blocked"));
    assertThat(judge(h))
        .extracting(Violation::id)
        .containsExactly("double-aio-complete", "hung-task");
  }

  private static HistoryBuilder failedAndReturned() {
    HistoryBuilder h = new HistoryBuilder();
    h.enters(h.process, "sys_io_submit").accepted(h.process, h.kiocb).bios(h.process, 1);
    return h.biosDone(1, 0).completes(h.process, h.kiocb, h.kiocb, -EFAULT, 1);
  }

  private static List<Violation> completedAgain(HistoryBuilder h) {
    h.retryReturns(h.process, h.kiocb, -EFAULT).puts(h.process, h.kiocb, 0);
    h.frees(h.process, h.kiocb).stale(h.process, h.kiocb, null);
    h.completes(h.process, h.kiocb, h.kiocb, -EFAULT, -1);
    return Check.judge(h.build(), List.of(new ExactlyOneEvent()));
  }

  @Test
  void anErrorThatTheWorkerCompletedAndReturnedIsThatOfExtendingWrites() {
    HistoryBuilder h = failedAndReturned();
    h.transfer("direct_io_worker", h.process, h.dio, h.kiocb, -EFAULT);
    assertThat(completedAgain(h))
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.race()).isEqualTo(ExactlyOneEvent.EFAULT_EXTENDING);
              assertThat(v.variant()).isEqualTo(Violation.UNKNOWN);
            });
  }

  @Test
  void withoutTheWorkersReturnItsCauseIsUnknown() {
    assertThat(completedAgain(failedAndReturned()))
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(Violation.UNKNOWN));
  }
}
