package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The orders of F2 section 5.2, as a machine records them, and those that are right. */
class DioChecksTest {
  private static final long HALF = 8192;
  private final HistoryBuilder h = new HistoryBuilder();

  private List<Violation> judge() {
    return Check.judge(h.build(), List.of(new DioUseAfterFree(), new AbandonedDio()));
  }

  private DioChecksTest does(Context context, String name) {
    h.event(name, context, h.dio);
    return this;
  }

  private DioChecksTest countsDown(Context context, long left) {
    h.transfer("finished_one_bio", context, h.dio, null, left);
    return this;
  }

  private DioChecksTest finds(Context context, String what) {
    h.transfer("use after free", context, h.dio, null, 0, what + " finds FREED");
    return this;
  }

  private DioChecksTest returns(long ret) {
    h.transfer("direct_io_worker", h.process, h.dio, null, ret);
    return this;
  }

  private DioChecksTest submitted() {
    return does(h.process, "kmalloc").does(h.process, "dio_bio_submit");
  }

  @Test
  void theLookOfIomapIntoAFreedDioHasACauseOfItsOwn() {
    submitted().does(h.interrupt, "kfree").finds(h.process, "dio->wait_for_completion");
    assertThat(judge())
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(DioUseAfterFree.WAIT_AFTER_PUT));
  }

  @Test
  void aWakeUpBeforeTheSleepIsLost() {
    submitted().countsDown(h.process, 1).countsDown(h.interrupt, 0);
    does(h.interrupt, "wake_up_process");
    assertThat(judge()).isEmpty();
    does(h.process, "io_schedule");
    assertThat(judge())
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.id()).isEqualTo(AbandonedDio.ID);
              assertThat(v.race()).isEqualTo(AbandonedDio.BIO_COUNT_RACE);
              assertThat(v.variant()).isEqualTo(AbandonedDio.LOST_WAKE_UP);
              assertThat(v.witness(Role.LAST_COUNT)).isNotNull();
            });
  }

  @Test
  void whoHangsBecauseOfItIsPartOfIt() {
    submitted().countsDown(h.interrupt, 0).does(h.interrupt, "wake_up_process");
    does(h.process, "io_schedule");
    h.report(KernelReport.Kind.HUNG_TASK, h.process, List.of("direct_io_worker"), List.of("hung"));
    assertThat(judge()).singleElement().satisfies(v -> assertThat(v.report()).isNotNull());
  }

  @Test
  void aSubmitterThatReturnsFromAWaitWithoutFreeingLeaks() {
    submitted().countsDown(h.process, 1).does(h.process, "io_schedule");
    countsDown(h.interrupt, 0).does(h.interrupt, "wake_up_process");
    assertThat(judge()).isEmpty();
    returns(HALF);
    assertThat(judge())
        .singleElement()
        .satisfies(v -> assertThat(v.variant()).isEqualTo(AbandonedDio.LEAK));
  }

  @Test
  void aSubmitterThatFreesWhatItWaitedForDoesNot() {
    submitted().countsDown(h.process, 1).does(h.process, "io_schedule");
    countsDown(h.interrupt, 0).does(h.interrupt, "wake_up_process");
    does(h.process, "kfree").returns(HALF);
    assertThat(judge()).isEmpty();
  }

  @Test
  void anInterruptThatIsNotThroughMayStillFree() {
    submitted().countsDown(h.process, 1).returns(HALF).countsDown(h.interrupt, 0);
    assertThat(judge()).isEmpty();
    does(h.interrupt, "kfree");
    assertThat(judge()).isEmpty();
  }

  @Test
  void aFailedWriteWhoseCallerFallsBackToNobodyIsLeftBehindForAnotherReason() {
    submitted().countsDown(h.process, 1).returns(HALF);
    h.transfer("finished_one_bio: fallback", h.interrupt, h.dio, null, 0);
    assertThat(judge())
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(Violation.UNKNOWN));
  }

  @Test
  void afterABioThatFailedThatIsTheLostEvent() {
    submitted().countsDown(h.process, 1).returns(HALF);
    h.transfer("dio->result: bio failed", h.interrupt, h.dio, null, -5);
    h.transfer("finished_one_bio: fallback", h.interrupt, h.dio, null, 0);
    assertThat(judge())
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(AbandonedDio.LOST_EVENT));
  }

  @Test
  void theInterruptThatGoesOnWithWhatTheSubmitterFreedIsTheBioCountRace() {
    submitted().countsDown(h.process, 1).countsDown(h.interrupt, 0).does(h.process, "kfree");
    finds(h.interrupt, "dio_complete").finds(h.interrupt, "wake_up_process");
    h.report(KernelReport.Kind.PANIC, h.interrupt, List.of("finished_one_bio"), List.of("panic"));
    assertThat(judge())
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.id()).isEqualTo(DioUseAfterFree.ID);
              assertThat(v.race()).isEqualTo(DioUseAfterFree.BIO_COUNT_RACE);
              assertThat(v.variant()).isEqualTo(DioUseAfterFree.IN_INTERRUPT);
              assertThat(v.witness(Role.FREED)).isNotNull();
              assertThat(v.report()).isNotNull();
            });
  }

  @Test
  void theSubmitterThatAsksAFreedDioIsAVariantOfIt() {
    submitted().countsDown(h.process, 0).does(h.process, "kfree").finds(h.process, "dio->waiter");
    assertThat(judge())
        .singleElement()
        .satisfies(v -> assertThat(v.variant()).isEqualTo(DioUseAfterFree.READ_AFTER_FREE));
  }

  @Test
  void theLookThatFcb82f88RemovedIsNotOne() {
    submitted().does(h.interrupt, "kfree").finds(h.process, "dio->is_async");
    assertThat(judge()).isEmpty();
  }

  @Test
  void aComplaintOfSomebodyElseIsNotClaimed() {
    submitted().countsDown(h.process, 0).does(h.process, "kfree").finds(h.process, "dio->waiter");
    h.report(KernelReport.Kind.HUNG_TASK, h.journal, List.of("kjournald"), List.of("hung"));
    assertThat(judge()).singleElement().satisfies(v -> assertThat(v.report()).isNull());
  }
}
