package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.BlockTransfer;
import diorama.kernel.tracepoint.NeverWritten;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Blocks that are home before they are in the log, and what nobody wrote. */
class JournalChecksTest {
  private static final long PAGE = 4096;
  private static final Subject TRANSACTION =
      new HistoryBuilder.Memory(Subject.Kind.TRANSACTION, "transaction 7");

  private final HistoryBuilder h = new HistoryBuilder();
  private final Context jbd2 = new Context(Context.Kind.KTHREAD, "jbd2/sda-8", 3);

  /** Eight sectors that go to the device. */
  private record Bio(long sector) implements BlockTransfer {
    @Override
    public int sectors() {
      return 8;
    }

    @Override
    public boolean writes() {
      return true;
    }

    @Override
    public long digest(int i) {
      return 1;
    }

    @Override
    public String label() {
      return "bio";
    }
  }

  private JournalChecksTest joins(long sector, long tid) {
    h.add("jbd2_journal_dirty_metadata", h.process, h.buffer, TRANSACTION, "", sector, tid);
    return this;
  }

  private JournalChecksTest commits(long tid) {
    h.add("jbd2_end_commit", jbd2, TRANSACTION, null, "", tid, 0);
    return this;
  }

  private JournalChecksTest writes(long sector) {
    h.event("submit_bio", h.pdflush, new Bio(sector));
    return this;
  }

  private JournalChecksTest warns(Context who) {
    h.add("warn_dirty_buffer", who, h.buffer, null, "", 1, 0);
    return this;
  }

  private List<Violation> judge(Check check) {
    return Check.judge(h.build(), List.of(check));
  }

  @Test
  void aBlockThatGoesHomeAfterItsCommitIsSilent() {
    joins(80, 7).commits(7).writes(80);
    assertThat(judge(new HomeBeforeJournal())).isEmpty();
  }

  @Test
  void aBlockThatGoesHomeBeforeItsCommitIsEarly() {
    joins(80, 7).commits(6).writes(80);
    assertThat(judge(new HomeBeforeJournal()))
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.id()).isEqualTo(HomeBeforeJournal.ID);
              assertThat(v.race()).isEqualTo(Violation.UNKNOWN);
            });
  }

  @Test
  void ofSeveralTransactionsTheLastOneCounts() {
    joins(80, 7).joins(80, 8).commits(7).writes(80);
    assertThat(judge(new HomeBeforeJournal())).hasSize(1);
  }

  @Test
  void anotherBlockIsNobodysBusiness() {
    joins(80, 7).writes(88).writes(72);
    assertThat(judge(new HomeBeforeJournal())).isEmpty();
  }

  @Test
  void aDirtyBufferIsNamedAfterWhoWasThereWhenItWasSpotted() {
    warns(h.process).joins(80, 7).warns(jbd2).writes(80);
    assertThat(judge(new HomeBeforeJournal()))
        .extracting(Violation::id, Violation::variant)
        .containsExactly(
            tuple(HomeBeforeJournal.DIRTY, HomeBeforeJournal.BY_WRITER),
            tuple(HomeBeforeJournal.DIRTY, HomeBeforeJournal.DURING_COMMIT),
            tuple(HomeBeforeJournal.ID, Violation.UNKNOWN));
    assertThat(judge(new HomeBeforeJournal()))
        .extracting(Violation::race)
        .containsOnly(HomeBeforeJournal.ZERO_DIRTY);
  }

  @Test
  void whatTheKernelPrintedBelongsToTheBufferThatItSpotted() {
    h.add("printk", h.process, null, null, "JBD2: Spotted dirty metadata buffer", 0, 0);
    warns(h.process);
    assertThat(judge(new HomeBeforeJournal()))
        .singleElement()
        .satisfies(
            v ->
                assertThat(Objects.requireNonNull(v.report()).lines())
                    .containsExactly("JBD2: Spotted dirty metadata buffer"));
  }

  private void readsAfter(long writeReturns, long digest) {
    Transfer write = new OnePage(false, sector -> 1);
    Transfer read = new OnePage(false, sector -> digest);
    h.transfer("write: begin", h.process, write, null, 0)
        .transfer("write: end", h.process, write, null, writeReturns)
        .transfer("read: begin", h.reader, read, null, 0)
        .transfer("read: end", h.reader, read, null, PAGE);
  }

  @Test
  void aReadOfWhatWasWrittenIsSilent() {
    readsAfter(PAGE, 1);
    assertThat(judge(new NeverWrittenContent())).isEmpty();
  }

  @Test
  void memoryThatNobodyWroteIsToldFromABlockOfADeletedFile() {
    readsAfter(-14, NeverWritten.memory(8).sector(3).digest());
    readsAfter(-14, NeverWritten.deletedFile(66_560, 8).sector(0).digest());
    assertThat(judge(new NeverWrittenContent()))
        .extracting(Violation::race)
        .containsExactly(NeverWrittenContent.PAGE, NeverWrittenContent.BLOCK);
  }

  @Test
  void withoutAFailedWriteABlockOfADeletedFileHasNoKnownCause() {
    readsAfter(PAGE, NeverWritten.deletedFile(66_560, 8).sector(0).digest());
    assertThat(judge(new NeverWrittenContent()))
        .extracting(Violation::race)
        .containsExactly(Violation.UNKNOWN);
  }

  private void oops(String headline) {
    h.report(
        KernelReport.Kind.OOPS,
        jbd2,
        List.of("jbd2_journal_commit_transaction"),
        List.of("------------[ cut here ]------------", headline));
  }

  @Test
  void theAssertionOfACommitIsToldFromOtherBugs() {
    oops("kernel BUG at fs/aio.c:512!");
    assertThat(judge(new JournalAssertion())).isEmpty();
    oops("kernel BUG at fs/jbd2/commit.c!");
    assertThat(judge(new JournalAssertion()))
        .extracting(Violation::race)
        .containsExactly(JournalAssertion.RACE);
  }

  private void copiesNothing(long times) {
    h.add("generic_perform_write: again", h.process, null, null, "", 0, times);
  }

  @Test
  void aWriteThatGoesRoundForLongIsReportedOnce() {
    copiesNothing(1);
    copiesNothing(2);
    assertThat(judge(new WriteProgress())).isEmpty();
    copiesNothing(200);
    copiesNothing(201);
    assertThat(judge(new WriteProgress()))
        .extracting(Violation::id)
        .containsExactly(WriteProgress.LIVELOCK);
  }

  private void hangs(List<String> trace) {
    h.report(KernelReport.Kind.HUNG_TASK, h.process, trace, List.of("D"));
  }

  @Test
  void aWriteThatFaultsWithThePageLockedIsToldFromOthersThatHang() {
    hangs(List.of("__lock_page", "generic_perform_write"));
    assertThat(judge(new WriteProgress())).isEmpty();
    hangs(List.of("filemap_nopage", "do_page_fault", "generic_perform_write"));
    assertThat(judge(new WriteProgress()))
        .extracting(Violation::variant)
        .containsExactly("deadlock");
  }
}
