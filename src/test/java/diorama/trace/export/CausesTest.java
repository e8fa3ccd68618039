package diorama.trace.export;

import static diorama.trace.export.Letters.IRQ;
import static diorama.trace.export.Letters.JOURNAL;
import static diorama.trace.export.Letters.PAGES;
import static diorama.trace.export.Letters.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.Check;
import diorama.check.ExactlyOneEvent;
import diorama.check.Histories;
import diorama.check.History;
import diorama.check.HistoryBuilder;
import diorama.kernel.sched.Context;
import diorama.trace.InterleavingTable;
import diorama.trace.InterleavingTable.Column;
import diorama.trace.InterleavingTable.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CausesTest {
  private final HistoryBuilder h = new HistoryBuilder();

  /** A table in which every event is a row. */
  private static InterleavingTable everything(History history) {
    List<Context> contexts = history.events().map(e -> e.context()).distinct().toList();
    List<Row> rows = new ArrayList<>();
    history
        .events()
        .forEach(
            e ->
                rows.add(
                    new Row(
                        e.sequence(),
                        e.nanos(),
                        contexts.indexOf(e.context()),
                        e.name(),
                        "",
                        false)));
    List<Column> columns = contexts.stream().map(c -> new Column(c, c.toString(), "")).toList();
    return new InterleavingTable(List.of(), columns, rows, List.of());
  }

  private List<Cause> causes(Letters letters) {
    History history = h.build();
    return Causes.of(history, everything(history), letters.list(), Letters::contextOf);
  }

  /** Two steps at one instant. */
  private void twoSteps(Context first, Context second) {
    h.at(1).event("first", first, h.buffer).at(1).event("second", second, h.buffer);
  }

  @Test
  void whatBothToldOneObjectLinksThem() {
    twoSteps(h.journal, h.process);
    Letters letters =
        new Letters()
            .atOnce(JOURNAL, PAGES, "get_bh", 0)
            .atOnce(PAGES, JOURNAL, "Done", 1)
            .atOnce(PROCESS, PAGES, "drop_buffers", 1);
    assertThat(causes(letters)).containsExactly(new Cause(1, 2, "get_bh to inode-12/mapping"));
  }

  @Test
  void stepsInDifferentObjectsAreNotLinkedHoweverTheyFollow() {
    h.at(1).event("first", h.journal, h.buffer).at(900).event("second", h.process, h.page);
    Letters letters =
        new Letters()
            .letter(JOURNAL, PAGES, "get_bh", 0, 1)
            .letter(PROCESS, Letters.KIOCBS, "aio_complete", 890, 899);
    assertThat(causes(letters)).isEmpty();
  }

  @Test
  void withoutMessagesNothingFollowsFromAnything() {
    twoSteps(h.journal, h.process);
    assertThat(causes(new Letters())).isEmpty();
  }

  @Test
  void anAnswerThatWasOnItsWayAlreadyBringsNoNews() {
    // Both calls and both answers fall into one instant; the process's answer has the lower stamp.
    h.at(1).event("first", h.journal, h.buffer).at(1).event("second", h.process, null);
    Letters letters =
        new Letters()
            .atOnce(PROCESS, PAGES, "find_get_page", 0)
            .atOnce(JOURNAL, PAGES, "get_bh", 0)
            .atOnce(PAGES, JOURNAL, 2, "Done", 1)
            .atOnce(PAGES, PROCESS, 1, "Found", 1);
    assertThat(causes(letters)).isEmpty();
  }

  @Test
  void whoWaitsFollowsFromWhoLetsGo() {
    h.at(1).event("lock_page: wait", h.process, h.page);
    h.at(1).event("unlock_page", h.journal, h.page);
    h.at(1).event("lock_page", h.process, null);
    Letters letters =
        new Letters()
            .atOnce(PROCESS, PAGES, "lock_page", 0)
            .atOnce(JOURNAL, PAGES, "unlock_page", 1)
            .atOnce(PAGES, JOURNAL, "Done", 2)
            .atOnce(PAGES, PROCESS, "Locked", 2);
    assertThat(causes(letters))
        .containsExactly(
            new Cause(1, 2, "lock_page to inode-12/mapping"),
            new Cause(2, 3, "unlock_page to inode-12/mapping"));
  }

  @Test
  void timesTellWhenNobodyNotedThePlaceInTheRecord() {
    h.at(10).event("unlock_page", h.journal, h.page).at(20).event("lock_page", h.process, null);
    Letters letters =
        new Letters()
            .letter(PROCESS, PAGES, "lock_page", 4, 5)
            .letter(JOURNAL, PAGES, "unlock_page", 8, 9)
            .letter(PAGES, PROCESS, "Locked", 11, 15);
    assertThat(causes(letters)).containsExactly(new Cause(1, 2, "unlock_page to inode-12/mapping"));
  }

  @Test
  void newsThatAThirdContextBroughtIsToldOnce() {
    h.at(1).event("submit_bio", h.process, null);
    h.at(1).event("end_page_writeback", h.interrupt, h.page);
    h.at(1).event("wait_on_buffer", h.journal, h.buffer);
    Letters letters =
        new Letters()
            .atOnce(PROCESS, Letters.DEVICE, "submit_bio", 1)
            .atOnce(Letters.DEVICE, IRQ, "bio_endio", 1)
            .atOnce(IRQ, PAGES, "end_page_writeback", 1)
            .atOnce(JOURNAL, PAGES, "wait_on_buffer", 2);
    assertThat(causes(letters))
        .containsExactly(
            new Cause(1, 2, "submit_bio to bdev"),
            new Cause(2, 3, "end_page_writeback to inode-12/mapping"));
  }

  @Test
  void whatAContextKnowsAlreadyIsNotToldAgain() {
    twoSteps(h.journal, h.process);
    h.at(1).event("third", h.process, h.buffer);
    Letters letters =
        new Letters()
            .atOnce(JOURNAL, PAGES, "get_bh", 0)
            .atOnce(PROCESS, PAGES, "drop_buffers", 1)
            .atOnce(PAGES, PROCESS, "Busy", 2)
            .atOnce(PROCESS, PAGES, "drop_buffers", 2);
    assertThat(causes(letters)).containsExactly(new Cause(1, 2, "get_bh to inode-12/mapping"));
  }

  @Test
  void whoIsToldItselfNeedsNoObject() {
    twoSteps(h.process, h.journal);
    Letters letters = new Letters().atOnce(PROCESS, JOURNAL, "wake_up", 1);
    assertThat(causes(letters)).containsExactly(new Cause(1, 2, "wake_up"));
  }

  @Test
  void aTableOfAViolationHasFewCauses() {
    History history = Histories.submissionFirst().build();
    InterleavingTable table =
        InterleavingTable.of(history, Check.judge(history, List.of(new ExactlyOneEvent())).get(0));
    assertThat(
            Causes.of(history, table, Letters.ofSubmissionFirst(), Letters::contextOf).stream()
                .map(c -> name(history, c.from()) + " -> " + name(history, c.to())))
        .containsExactly(
            "kjournald/97 wait_on_buffer -> softirq/0 unlock_buffer",
            "softirq/0 end_page_writeback -> aio-dio/312 __remove_from_page_cache",
            "aio-dio/312 drop_buffers: busy -> kjournald/97 put_bh",
            "aio-dio/312 dio_bio_submit -> softirq/0 dio_bio_end_aio",
            "aio-dio/312 aio_put_req -> softirq/0 use after free");
  }

  private static String name(History history, long sequence) {
    return history
        .events()
        .filter(e -> e.sequence() == sequence)
        .map(e -> e.context() + " " + e.name())
        .findFirst()
        .orElse("report");
  }
}
