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
import diorama.check.Recorded;
import diorama.check.Violation;
import diorama.kernel.sched.Context;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterleavingTableTest {
  private static final String SUBMISSION_FIRST =
      """
        kiocb 5#3, page 12 bh

            us  aio-dio 312             kjournald 97          IRQ                    notes
                (io_submit)
        ------  ----------------------  --------------------  ---------------------  ---------------------
           0.0  aio_get_req                                                          ki_users=2
          39.0                          commit: T_FLUSH
          40.0                          file buffer
                                         BJ_Locked
          41.0                          get_bh                                       b_count=2
          42.0                          wait_on_buffer
         799.0                                                unlock_buffer
         800.0                                                end_page_writeback
         869.0                                                1 bio done
         873.0  64 bios submitted
         902.0  12 pages dropped
         909.0  journal_try_to_free_
                 buffer: unfiled
         910.0  put_bh                                                               b_count=1
      >  911.0  drop_buffers: busy                                                   b_count=1
         919.0                          put_bh                                       b_count=0, too late
         920.0  retry returns -EIO
      >  921.0  aio_complete(-EIO)                                                   ki_users=1, 63 bios
                                                                                      in flight, event #1
         923.0  aio_put_req                                                          ki_users=0
         924.0  kmem_cache_free                                                      kiocb freed
         925.0  io_submit returns 1
        5160.0                                                62 bios done
        5161.0                                                last bio done          dio refcount=0
        5163.0                                                use after free, 2      freed memory
                                                               times
      > 5164.0                                                aio_complete(262144)   ki_users=-1, event #2
      > 5166.0                                                kernel BUG at          panic: the machine
                                                               fs/aio.c:512!          stops
      """;

  private static final String BIO_FIRST =
      """
        kiocb 5#3, page 12 bh

            us  aio-dio 312              kjournald 97           IRQ                   notes
                (io_submit)
        ------  -----------------------  ---------------------  --------------------  --------------------
           0.0  aio_get_req                                                           ki_users=2
          39.0                           commit: T_FLUSH
          40.0                           file buffer BJ_Locked
          41.0                           get_bh                                       b_count=2
          42.0                           wait_on_buffer
         799.0                                                  unlock_buffer
         800.0                                                  end_page_writeback
         869.0                                                  1 bio done
         873.0  64 bios submitted
         902.0  12 pages dropped
         909.0  journal_try_to_free_
                 buffer: unfiled
         910.0  put_bh                                                                b_count=1
      >  911.0  drop_buffers: busy                                                    b_count=1
         990.0                                                  62 bios done
         991.0                                                  last bio done         dio refcount=0
      >  992.0                                                  aio_complete(262144)  ki_users=1, event #1
         994.0                                                  kfree(dio)
        1099.0                           put_bh                                       b_count=0, too late
        1100.0  retry returns -EIO
      > 1101.0  aio_complete(-EIO)                                                    ki_users=0, event #2
        1103.0  kmem_cache_free                                                       kiocb freed
        1104.0  use after free                                                        freed memory
        1105.0  aio_put_req                                                           ki_users=-1
      > 1106.0  kernel BUG at                                                         aio-dio is killed
                 fs/aio.c:512!
      """;

  private static final String SLAB_REUSE =
      """
        kiocb 5#3, kiocb 5#4, page 12 bh

            us  aio-dio 312             kjournald 97          IRQ                    notes
                (io_submit)
        ------  ----------------------  --------------------  ---------------------  ---------------------
           0.0  aio_get_req                                                          ki_users=2
          39.0                          commit: T_FLUSH
          40.0                          file buffer
                                         BJ_Locked
          41.0                          get_bh                                       b_count=2
          42.0                          wait_on_buffer
         799.0                                                unlock_buffer
         800.0                                                end_page_writeback
         869.0                                                1 bio done
         873.0  64 bios submitted
         902.0  12 pages dropped
         909.0  journal_try_to_free_
                 buffer: unfiled
         910.0  put_bh                                                               b_count=1
      >  911.0  drop_buffers: busy                                                   b_count=1
         919.0  retry returns -EIO
      >  920.0  aio_complete(-EIO)                                                   ki_users=1, 63 bios
                                                                                      in flight, event #1
         922.0  aio_put_req                                                          ki_users=0
         923.0  kmem_cache_free                                                      kiocb freed
         924.0  io_submit returns 1
        1200.0  aio_get_req                                                          kiocb 5#4, ki_users=2
        5160.0                                                62 bios done
        5161.0                                                last bio done          dio refcount=0
        5162.0                                                use after free         slot is kiocb 5#4 now
      > 5163.0                                                aio_complete(262144)   ki_users=1, event #2
                                                                                      names kiocb 5#4
        5199.0  retry returns                                                        kiocb 5#4
                 -EIOCBQUEUED
        5200.0  aio_put_req                                                          kiocb 5#4, ki_users=0
        5201.0  kmem_cache_free                                                      kiocb 5#4, kiocb
                                                                                      freed
        8899.0                                                use after free         kiocb 5#4, freed
                                                                                      memory
        8900.0                                                aio_complete(262144)   kiocb 5#4,
                                                                                      ki_users=-1, event
                                                                                      #3
      > 8902.0                                                kernel BUG at          panic: the machine
                                                               fs/aio.c:512!          stops
      """;

  private static final String BUSY_BUFFER =
      """
        kiocb 5#3, page 12 bh

           us │ aio-dio 312            │ kjournald 97    │ IRQ                │ notes
              │ (io_submit)            │                 │                    │
      ────────┼────────────────────────┼─────────────────┼────────────────────┼─────────────────
          0.0 │ aio_get_req            │                 │                    │ ki_users=2
         39.0 │                        │ file buffer     │                    │
              │                        │  BJ_Locked      │                    │
         40.0 │                        │ get_bh          │                    │ b_count=2
         41.0 │                        │ wait_on_buffer  │                    │
        799.0 │                        │                 │ unlock_buffer      │
        800.0 │                        │                 │ end_page_writeback │
        801.0 │ journal_try_to_free_   │                 │                    │
              │  buffer: unfiled       │                 │                    │
        802.0 │ put_bh                 │                 │                    │ b_count=1
      > 803.0 │ drop_buffers: busy     │                 │                    │ b_count=1
        804.0 │ retry returns -EIO     │                 │                    │
      > 805.0 │ aio_complete(-EIO)     │                 │                    │ ki_users=1,
              │                        │                 │                    │  event #1
        807.0 │ aio_put_req            │                 │                    │ ki_users=0
        808.0 │ kmem_cache_free        │                 │                    │ kiocb freed
        899.0 │                        │ put_bh          │                    │ b_count=0, too
              │                        │                 │                    │  late
      """;

  private static InterleavingTable table(History history, Check check) {
    List<Violation> found = Check.judge(history, List.of(check));
    assertThat(found).hasSize(1);
    return InterleavingTable.of(history, found.get(0));
  }

  private static String print(HistoryBuilder history, Check check, TableStyle style) {
    return TableText.print(table(history.build(), check), style);
  }

  @Test
  void theSubmittingPathIsFirst() {
    assertThat(print(Histories.submissionFirst(), new ExactlyOneEvent(), TableStyle.PLAIN))
        .isEqualTo(SUBMISSION_FIRST);
  }

  @Test
  void theLastBioIsFirst() {
    assertThat(print(Histories.bioFirst(), new ExactlyOneEvent(), TableStyle.PLAIN))
        .isEqualTo(BIO_FIRST);
  }

  @Test
  void theSlotWasReused() {
    assertThat(print(Histories.slabReuse(), new ExactlyOneEvent(), TableStyle.PLAIN))
        .isEqualTo(SLAB_REUSE);
  }

  @Test
  void aBusyBufferInABox() {
    assertThat(
            print(
                Histories.invalidatedFirst(),
                new IoErrorEvent(false),
                new TableStyle(90, true, false)))
        .isEqualTo(BUSY_BUFFER);
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 87, 100, 132, 200})
  void noLineIsWiderThanTheTerminalAndNoRowIsLost(int width) {
    for (HistoryBuilder history :
        List.of(Histories.submissionFirst(), Histories.bioFirst(), Histories.slabReuse())) {
      InterleavingTable table = table(history.build(), new ExactlyOneEvent());
      String printed = TableText.print(table, new TableStyle(width, true, false));
      assertThat(printed.lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
      assertThat(printed.lines().filter(line -> line.startsWith(">")))
          .hasSameSizeAs(table.rows().stream().filter(InterleavingTable.Row::decisive).toList());
    }
  }

  @Test
  void coloursAreAFlagAndChangeNothingElse() {
    InterleavingTable table = table(Histories.bioFirst().build(), new ExactlyOneEvent());
    String plain = TableText.print(table, TableStyle.PLAIN);
    String colored = TableText.print(table, new TableStyle(100, false, true));
    assertThat(plain).doesNotContain("\033");
    assertThat(colored).contains("\033[1;31maio_complete(-EIO)\033[0m");
    assertThat(colored.replaceAll("\033\\[[0-9;]*m", "")).isEqualTo(plain);
  }

  @Test
  void aLostBeginningIsSaid() {
    List<Recorded> all = Histories.submissionFirst().build().entries();
    List<Recorded> late = all.subList(10, all.size());
    History history = new History(late, 11, 11);
    assertThat(table(history, new ExactlyOneEvent()).remarks())
        .containsExactly("The beginning of this request has left the recorder.");
  }

  @Test
  void lostPageEventsAreSaid() {
    History all = Histories.submissionFirst().build();
    History history = new History(all.entries(), 1, 50);
    String printed =
        TableText.print(table(history, new ExactlyOneEvent()), new TableStyle(80, false, false));
    assertThat(printed).contains("(Earlier events of this page and its buffer have left");
  }

  @Test
  void severalInterruptsAreNumbered() {
    HistoryBuilder h = new HistoryBuilder();
    Context other = new Context(Context.Kind.INTERRUPT, "softirq", 1);
    h.accepted(h.process, h.kiocb)
        .event("aio_run_iocb: returned", other, h.kiocb)
        .completes(h.process, h.kiocb, h.kiocb, -14, 1)
        .completes(h.interrupt, h.kiocb, h.kiocb, 4096, 0);
    assertThat(table(h.build(), new ExactlyOneEvent()).columns())
        .extracting(InterleavingTable.Column::name)
        .containsExactly("aio-dio 312", "IRQ 1", "IRQ 2");
  }

  @Test
  void contextsThatDoNotFitShareAColumn() {
    HistoryBuilder h = new HistoryBuilder();
    h.accepted(h.process, h.kiocb);
    for (int i = 0; i < 9; i++) {
      h.event("aio_put_req", new Context(Context.Kind.PROCESS, "reader", 400 + i), h.kiocb);
    }
    h.completes(h.process, h.kiocb, h.kiocb, -14, 1);
    h.completes(h.interrupt, h.kiocb, h.kiocb, 4096, 0);
    String printed = print(h, new ExactlyOneEvent(), new TableStyle(80, false, false));
    assertThat(printed).contains("others").contains("reader 408:").contains("IRQ:");
    assertThat(printed.lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void whatOtherRequestsAndPagesDidIsLeftOut() {
    HistoryBuilder h = Histories.submissionFirst();
    InterleavingTable table = table(h.build(), new ExactlyOneEvent());
    assertThat(table.rows()).extracting(InterleavingTable.Row::text).doesNotContain("drop_buffers");
    assertThat(table.columns())
        .extracting(InterleavingTable.Column::context)
        .doesNotContain(h.reader);
  }

  @Test
  void aComplaintIsShownWithWhatItsContextDidLast() {
    HistoryBuilder h = Histories.silent();
    h.report(
        KernelReport.Kind.HUNG_TASK,
        h.process,
        List.of("exit_aio", "do_exit"),
        List.of("INFO: task aio-dio:312 blocked in D state"));
    InterleavingTable table = table(h.build(), new KernelComplaints());
    assertThat(table.columns()).hasSize(1);
    assertThat(table.rows().get(table.rows().size() - 1).text())
        .isEqualTo("INFO: task aio-dio:312 blocked in D state");
  }
}
