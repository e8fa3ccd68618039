package diorama.trace;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.Check;
import diorama.check.ExactlyOneEvent;
import diorama.check.Histories;
import diorama.check.History;
import diorama.check.HistoryBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallTracesTest {
  private static CallTraces traces(History history) {
    return CallTraces.of(
        history,
        InterleavingTable.of(history, Check.judge(history, List.of(new ExactlyOneEvent())).get(0)));
  }

  @Test
  void theInterruptsTraceStandsUnderTheInterrupt() {
    assertThat(traces(Histories.submissionFirst().build()).text())
        .isEqualTo(
            """
              aio-dio 312
                sys_io_submit, entered at -1.0 us, returned 1 at 925.0 us
              kjournald 97
                a kernel thread
              IRQ
                an interrupt
                kernel BUG at fs/aio.c:512!
                Call Trace:
                 __aio_put_req
                 aio_complete
                 dio_bio_end_aio
                 bio_endio
                 __do_softirq
            """);
  }

  @Test
  void aCallThatOopsesDoesNotReturn() {
    assertThat(traces(Histories.bioFirst().build()).text())
        .isEqualTo(
            """
              aio-dio 312
                sys_io_submit, entered at -1.0 us, did not return
                kernel BUG at fs/aio.c:512!
                Call Trace:
                 __aio_put_req
                 aio_put_req
                 io_submit_one
                 sys_io_submit
              kjournald 97
                a kernel thread
              IRQ
                an interrupt
            """);
  }

  @Test
  void callsWithoutARowAreLeftOut() {
    HistoryBuilder h = Histories.silent();
    for (int i = 0; i < 5; i++) {
      h.enters(h.process, "sys_io_getevents").returns(h.process, 1);
    }
    h.completes(h.interrupt, h.kiocb, h.kiocb, 4096, 0);
    assertThat(traces(h.build()).traces().get(0).calls())
        .extracting(CallTraces.SystemCall::function)
        .containsExactly("sys_io_submit");
  }

  @Test
  void aCallWhoseBeginningIsLostIsNotInvented() {
    History all = Histories.submissionFirst().build();
    History late = new History(all.entries().subList(1, all.entries().size()), 2, 2);
    assertThat(traces(late).text())
        .startsWith("  aio-dio 312\n    its system call is not recorded\n");
  }
}
