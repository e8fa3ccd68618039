package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IoErrorEventTest {
  private static final long EIO = 5;

  private final HistoryBuilder h = new HistoryBuilder();

  private static List<Violation> judge(HistoryBuilder history) {
    return Check.judge(history.build(), List.of(new IoErrorEvent(false)));
  }

  private HistoryBuilder fails() {
    return h.retryReturns(h.process, h.kiocb, -EIO).completes(h.process, h.kiocb, h.kiocb, -EIO, 1);
  }

  private void assertPinnedBy(Pinner pinner) {
    fails();
    assertThat(judge(h)).hasSize(1);
    assertThat(judge(h).get(0).race()).isEqualTo("releasepage-vs-kjournald");
    assertThat(judge(h).get(0).variant()).isEqualTo(pinner.variant());
  }

  @Test
  void aSuccessIsSilent() {
    assertThat(judge(Histories.silent())).isEmpty();
  }

  @Test
  void anErrorOfTheDeviceIsSilent() {
    h.accepted(h.process, h.kiocb).bios(h.process, 1).bioFailed(-EIO).biosDone(1, 0);
    h.completes(h.interrupt, h.kiocb, h.kiocb, -EIO, 0);
    assertThat(judge(h)).isEmpty();
  }

  @Test
  void anErrorWithoutACauseIsUnknownAndSilentWhenDevicesFail() {
    h.accepted(h.process, h.kiocb);
    fails();
    assertThat(judge(h)).extracting(Violation::race).containsExactly("unknown");
    assertThat(Check.judge(h.build(), List.of(new IoErrorEvent(true)))).isEmpty();
  }

  @Test
  void kjournaldInItsWaitLoopIsF1() {
    h.accepted(h.process, h.kiocb)
        .journalWaits()
        .writtenAndUnfiled(h.process)
        .busy(h.process, 1, 0);
    assertPinnedBy(Pinner.F1);
  }

  @Test
  void kjournaldThatFoundTheBufferFiledAndCleanIsF1() {
    h.accepted(h.process, h.kiocb)
        .event("journal_submit_data_buffers: BJ_Locked", h.journal, h.buffer);
    h.writtenAndUnfiled(h.process).getBh(h.journal, 1).busy(h.process, 1, 0);
    assertPinnedBy(Pinner.F1);
  }

  @Test
  void kjournaldInLockBufferIsF2() {
    h.accepted(h.process, h.kiocb).getBh(h.journal, 2).writtenAndUnfiled(h.process);
    h.busy(h.process, 1, 2);
    assertPinnedBy(Pinner.F2);
  }

  @Test
  void kjournaldUnfilingACleanBufferIsF3() {
    h.writtenAndUnfiled(h.pdflush).accepted(h.process, h.kiocb).getBh(h.journal, 2);
    h.event("commit: unfile", h.journal, h.buffer).busy(h.process, 2, 0);
    assertPinnedBy(Pinner.F3);
  }

  @Test
  void kjournaldBetweenUnfilingABufferAndItsLastReferenceIsF3() {
    h.accepted(h.process, h.kiocb).getBh(h.journal, 2);
    h.event("commit: unfile", h.journal, h.buffer).putBh(h.journal, 1).busy(h.process, 1, 0);
    assertPinnedBy(Pinner.F3);
  }

  @Test
  void kjournaldThatUnfiledWithAReferenceFromBeforeTheRecordIsF3() {
    h.accepted(h.process, h.kiocb).event("commit: unfile", h.journal, h.buffer);
    h.busy(h.process, 1, 0);
    assertPinnedBy(Pinner.F3);
  }

  @Test
  void kjournaldThatDroppedTheFirstOfTwoReferencesFromBeforeTheRecordIsF3() {
    h.accepted(h.process, h.kiocb).putBh(h.journal, 1).busy(h.process, 1, 0);
    assertPinnedBy(Pinner.F3);
  }

  @Test
  void aBufferWhoseJournalHeadKjournaldStillHoldsIsF3() {
    h.accepted(h.process, h.kiocb).getBh(h.journal, 2);
    h.event("commit: unfile", h.journal, h.buffer).staysWithJournal(h.process);
    assertPinnedBy(Pinner.F3);
  }

  @Test
  void aBufferThatStaysWithTheJournalIsHeldByItThoughNoReferenceIsRecorded() {
    h.accepted(h.process, h.kiocb).event("commit: unfile", h.journal, h.buffer);
    h.staysWithJournal(h.process);
    assertPinnedBy(Pinner.F3);
  }

  @Test
  void kjournaldThatIsThroughWithTheBufferPinsNothing() {
    h.accepted(h.process, h.kiocb).getBh(h.journal, 1);
    h.event("commit: unfile", h.journal, h.buffer).putBh(h.journal, 0).busy(h.process, 1, 0);
    assertPinnedBy(Pinner.UNKNOWN);
  }

  @Test
  void theWriterOfThePageIsF4() {
    h.getBh(h.pdflush, 1).getBh(h.pdflush, 2).accepted(h.process, h.kiocb);
    h.writtenAndUnfiled(h.process).busy(h.process, 1, 0);
    assertPinnedBy(Pinner.F4);
  }

  @Test
  void theInterruptThatEndsKjournaldsWriteIsF5() {
    h.accepted(h.process, h.kiocb).getBh(h.journal, 2);
    h.event("journal_submit_data_buffers: BJ_Locked", h.journal, h.buffer);
    h.event("unlock_buffer", h.interrupt, h.buffer).putBh(h.process, 1).busy(h.process, 1, 0);
    assertPinnedBy(Pinner.F5);
  }

  @Test
  void aBufferThatIsDirtyAgainIsNobodysReference() {
    h.accepted(h.process, h.kiocb).busy(h.process, 0, 1);
    fails();
    assertThat(judge(h)).extracting(Violation::variant).containsExactly("F6");
    assertThat(judge(h)).extracting(Violation::race).containsExactly("unknown");
  }

  @Test
  void referencesThatWereDroppedPinNothing() {
    h.accepted(h.process, h.kiocb).getBh(h.pdflush, 1).putBh(h.pdflush, 0);
    h.getBh(h.journal, 1).event("wait_on_buffer", h.journal, h.buffer).busy(h.process, 1, 0);
    assertPinnedBy(Pinner.F1);
  }

  @Test
  void whatTheRecordLostIsToldFromWhoDropsTheReferenceNext() {
    h.accepted(h.process, h.kiocb).busy(h.process, 1, 0).putBh(h.journal, 0);
    assertPinnedBy(Pinner.F1);
  }

  @Test
  void theClobberedKernelShowsTheErrorEventToo() {
    assertThat(judge(Histories.submissionFirst()))
        .extracting(Violation::id, Violation::variant)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("io-error-event", "F1"));
  }
}
