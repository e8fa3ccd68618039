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
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final FixInfo FIX =
      new FixInfo(
          "65b8291c",
          "[PATCH] dio: invalidate clean pages before dio write",
          "2.6.21-rc5",
          "A direct write drops the cached pages of its range before ->direct_IO.",
          "seed 000; mm/filemap.c generic_file_direct_IO");

  private static Explanation explain(HistoryBuilder builder, Check check, FixInfo... missing) {
    History history = builder.build();
    return Explanation.of(history, Check.judge(history, List.of(check)).get(0), List.of(missing));
  }

  @Test
  void theKernelsWordsComeFirstThenTheTableThenTheFix() {
    String text =
        explain(Histories.submissionFirst(), new ExactlyOneEvent(), FIX).text(TableStyle.PLAIN);
    assertThat(text)
        .startsWith(
            """
            double-aio-complete: eiocbqueued-clobber, submission-first

            ------------[ cut here ]------------
            kernel BUG at fs/aio.c:512!
            """)
        .contains(" aio_complete\n dio_bio_end_aio\n bio_endio\n")
        .endsWith(
            """

            Missing fix

              65b8291c "[PATCH] dio: invalidate clean pages before dio write"
              First release: 2.6.21-rc5.
              A direct write drops the cached pages of its range before ->direct_IO.
              Documented in seed 000; mm/filemap.c generic_file_direct_IO.
            """);
    assertThat(text.indexOf("What happened"))
        .isBetween(text.indexOf("Kernel panic"), text.indexOf("Missing fix"));
  }

  @Test
  void eachOrderIsToldInItsOwnWords() {
    assertThat(explain(Histories.submissionFirst(), new ExactlyOneEvent()).prose())
        .startsWith("aio-dio 312 sent the bios of kiocb 5#3 off")
        .contains(
            "Page 12 could not be dropped: its buffer was held by kjournald, in the wait loop")
        .contains("The submitting path came first");
    assertThat(explain(Histories.bioFirst(), new ExactlyOneEvent()).prose())
        .contains("The interrupt of the last bio came first");
    assertThat(explain(Histories.slabReuse(), new ExactlyOneEvent()).prose())
        .contains("the freed slot went to kiocb 5#4");
  }

  @Test
  void anErrorEventSaysWhetherTheDataWereWritten() {
    assertThat(explain(Histories.submissionFirst(), new IoErrorEvent(false)).prose())
        .contains("the data are written");
    assertThat(explain(Histories.invalidatedFirst(), new IoErrorEvent(false)).prose())
        .contains("nothing was written");
    assertThat(
            explain(Histories.invalidatedFirst(), new IoErrorEvent(false)).text(TableStyle.PLAIN))
        .contains("The kernel printed nothing.");
  }

  @Test
  void aComplaintWithoutACauseIsShownAsItIs() {
    HistoryBuilder h = Histories.silent();
    h.report(
        KernelReport.Kind.SOFT_LOCKUP,
        h.process,
        List.of("exit_aio"),
        List.of("BUG: soft lockup detected on CPU#0!", " exit_aio"));
    Explanation told = explain(h, new KernelComplaints());
    assertThat(told.kernelText()).first().isEqualTo("BUG: soft lockup detected on CPU#0!");
    assertThat(told.prose()).contains("what aio-dio 312 did last");
  }
}
