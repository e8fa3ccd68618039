package diorama.trace;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.Check;
import diorama.check.ExactlyOneEvent;
import diorama.check.Histories;
import diorama.check.History;
import diorama.check.HistoryBuilder;
import diorama.check.IoErrorEvent;
import diorama.check.KernelComplaints;
import diorama.check.KernelReport;
import diorama.check.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectHistoryTest {
  private static Violation only(History history, Check check) {
    List<Violation> found = Check.judge(history, List.of(check));
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static ObjectHistories lives(HistoryBuilder builder, Check check) {
    History history = builder.build();
    return ObjectHistories.of(history, only(history, check));
  }

  @Test
  void everyReferenceOfABufferIsALineOfItsOwn() {
    HistoryBuilder h = Histories.submissionFirst();
    assertThat(ObjectHistory.of(h.build(), h.buffer).text(TableStyle.PLAIN))
        .isEqualTo(
            """
              page 12 bh

                 us  context       what                                    detail
              -----  ------------  --------------------------------------  --------------------------
                0.0  kjournald/97  journal_submit_data_buffers: BJ_Locked
                1.0  kjournald/97  get_bh                                  b_count=2
                2.0  kjournald/97  wait_on_buffer
              759.0  softirq/0     unlock_buffer
              869.0  aio-dio/312   journal_try_to_free_buffer: unfiled
              870.0  aio-dio/312   put_bh                                  b_count=1
              871.0  aio-dio/312   drop_buffers: busy                      page 12, b_count=1 state=0
              879.0  kjournald/97  put_bh                                  b_count=0
            """);
  }

  @Test
  void aRequestsLifeMarksWhatTheViolationRestsOn() {
    ObjectHistories lives = lives(Histories.submissionFirst(), new ExactlyOneEvent());
    assertThat(lives.all().get(0).text(new TableStyle(80, true, false)))
        .isEqualTo(
            """
              kiocb 5#3

                  us │ context     │ what                   │ detail
            ─────────┼─────────────┼────────────────────────┼───────────────────────
            >    0.0 │ aio-dio/312 │ aio_get_req            │ ki_users=2
               920.0 │ aio-dio/312 │ aio_run_iocb: returned │ -5
            >  921.0 │ aio-dio/312 │ aio_complete           │ res=-5 ki_users=1
               922.0 │ aio-dio/312 │ event                  │ res=-5
               923.0 │ aio-dio/312 │ aio_put_req            │ ki_users=0
               924.0 │ aio-dio/312 │ kmem_cache_free kiocb  │
               999.0 │ aio-dio/313 │ io_getevents: read     │ res=-5
              5162.0 │ softirq/0   │ use after free         │ kiocb is FREED
            > 5163.0 │ softirq/0   │ use after free         │ kiocb is FREED
            > 5164.0 │ softirq/0   │ aio_complete           │ res=262144 ki_users=-1
              5165.0 │ softirq/0   │ event                  │ res=262144
            """);
  }

  @Test
  void theObjectsAreThoseOfTheViolation() {
    assertThat(lives(Histories.slabReuse(), new ExactlyOneEvent()).all())
        .extracting(ObjectHistory::label)
        .containsExactly("kiocb 5#3", "kiocb 5#4", "dio 2#9", "page 12", "page 12 bh");
    assertThat(lives(Histories.invalidatedFirst(), new IoErrorEvent(false)).all())
        .extracting(ObjectHistory::label)
        .containsExactly("kiocb 5#3", "page 12", "page 12 bh");
  }

  @Test
  void aDioKeepsEachOfItsBios() {
    HistoryBuilder h = Histories.submissionFirst();
    ObjectHistory dio = ObjectHistory.of(h.build(), h.dio);
    assertThat(dio.lines()).hasSize(64 + 64);
    assertThat(dio.lines().get(127).detail()).isEqualTo("refcount=0");
    assertThat(dio.lines().get(127).nanos()).isEqualTo(4_352_000);
  }

  @Test
  void aComplaintWithoutARequestHasNoObject() {
    HistoryBuilder h = Histories.silent();
    h.report(KernelReport.Kind.HUNG_TASK, h.process, List.of("exit_aio"), List.of("INFO: hung"));
    ObjectHistories lives = lives(h, new KernelComplaints());
    assertThat(lives.all()).isEmpty();
    assertThat(lives.text(TableStyle.PLAIN)).isEmpty();
  }

  @Test
  void whatTheRecorderLostIsSaidForTheKindThatItLost() {
    HistoryBuilder h = Histories.submissionFirst();
    History history = new History(h.build().entries(), 1, 50);
    assertThat(ObjectHistory.of(history, h.buffer).text(TableStyle.PLAIN))
        .endsWith("  (Earlier events may have left the recorder.)\n");
    assertThat(ObjectHistory.of(history, h.kiocb).text(TableStyle.PLAIN))
        .doesNotContain("recorder");
  }

  @Test
  void memoryThatTheRecordDoesNotKnowHasNoLines() {
    HistoryBuilder h = Histories.silent();
    assertThat(ObjectHistory.of(h.build(), h.page).lines()).isEmpty();
    assertThat(ObjectHistory.of(h.build(), h.page).text(TableStyle.PLAIN)).startsWith("  page 12");
  }
}
