package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaleReadTest {
  private static final long PAGE = 4096;
  private static final long EIO = 5;

  private final HistoryBuilder h = new HistoryBuilder();
  private final Subject page0 = new HistoryBuilder.Memory(Subject.Kind.PAGE, "page 0");

  private static Transfer buffered(long content) {
    return new OnePage(false, sector -> content);
  }

  private static Transfer direct(long content) {
    return new OnePage(true, sector -> content);
  }

  private StaleReadTest begins(String what, Context context, Transfer transfer) {
    h.transfer(what + ": begin", context, transfer, null, 0);
    return this;
  }

  private StaleReadTest ends(String what, Context context, Transfer transfer, long ret) {
    h.transfer(what + ": end", context, transfer, null, ret);
    return this;
  }

  private StaleReadTest writes(Transfer transfer) {
    return begins("write", h.process, transfer).ends("write", h.process, transfer, PAGE);
  }

  private StaleReadTest reads(long content) {
    Transfer read = buffered(content);
    return begins("read", h.reader, read).ends("read", h.reader, read, PAGE);
  }

  private List<Violation> judge() {
    return Check.judge(h.build(), List.of(new StaleRead()));
  }

  @Test
  void aReadOfTheLastWriteIsSilent() {
    writes(buffered(1)).writes(direct(2)).reads(2);
    assertThat(judge()).isEmpty();
  }

  @Test
  void aReadOfWhatWasOverwrittenIsStale() {
    writes(buffered(1)).writes(direct(2)).reads(1);
    assertThat(judge()).singleElement().satisfies(v -> assertThat(v.id()).isEqualTo(StaleRead.ID));
    assertThat(judge().get(0).race()).isEqualTo(Violation.UNKNOWN);
  }

  @Test
  void ofTwoWritesThatOverlapEitherMayBeTheLaterOne() {
    Transfer one = buffered(1);
    Transfer other = direct(2);
    begins("write", h.process, one).begins("write", h.journal, other);
    ends("write", h.process, one, PAGE).ends("write", h.journal, other, PAGE);
    reads(1).reads(2);
    assertThat(judge()).isEmpty();
  }

  @Test
  void aReadThatBeganBeforeTheWriteEndedMayReturnTheOldOrTheNew() {
    Transfer write = direct(2);
    Transfer old = buffered(1);
    writes(buffered(1)).begins("write", h.process, write).begins("read", h.reader, old);
    ends("write", h.process, write, PAGE).ends("read", h.reader, old, PAGE);
    assertThat(judge()).isEmpty();
  }

  @Test
  void aWriteThatFailedMayBeThereOrNot() {
    Transfer failed = direct(2);
    writes(buffered(1)).begins("write", h.process, failed).ends("write", h.process, failed, -EIO);
    reads(1).reads(2);
    assertThat(judge()).isEmpty();
    writes(buffered(3)).reads(1);
    assertThat(judge()).hasSize(1);
  }

  /** A write from a mapping has no content before it has come there. */
  @Test
  void whatIsNotKnownYetMayBeThere() {
    Transfer unknown =
        new OnePage(true, sector -> 0) {
          @Override
          public boolean isKnown(int sector) {
            return false;
          }
        };
    writes(buffered(1)).writes(direct(2)).begins("write", h.journal, unknown).reads(1);
    assertThat(judge()).isEmpty();
  }

  @Test
  void aPageThatTheWriterItselfReadAgainIsMmapSourceRefault() {
    Transfer write = direct(2);
    writes(buffered(1)).begins("write", h.process, write);
    h.event("add_to_page_cache", h.process, page0);
    ends("write", h.process, write, PAGE).reads(1);
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.MMAP_REFAULT);
    assertThat(judge().get(0).variant()).isEqualTo("sync");
  }

  @Test
  void aPageThatCouldNotBeDroppedIsMaskedInvalidation() {
    Transfer write = direct(2);
    writes(buffered(1)).begins("write", h.process, write);
    h.event("drop_buffers: busy", h.process, page0);
    ends("write", h.process, write, PAGE).reads(1);
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.MASKED_INVALIDATION);
  }

  @Test
  void aPageWhoseBufferTheJournalHoldsIsMaskedInvalidationToo() {
    Transfer write = direct(2);
    Subject buffer = new HistoryBuilder.Memory(Subject.Kind.BUFFER, "page 0 bh");
    writes(buffered(1)).begins("write", h.process, write);
    h.event("journal_try_to_free_buffer: busy", h.process, buffer).bios(h.process, 1);
    ends("write", h.process, write, PAGE).reads(1);
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.MASKED_INVALIDATION);
  }

  @Test
  void aPageThatCameBackDuringTheWriteAndWasDirtyAfterItIsADirtyCollision() {
    Transfer write = direct(2);
    writes(buffered(1)).begins("write", h.process, write);
    h.bios(h.process, 1).event("add_to_page_cache", h.reader, page0);
    h.event("invalidate_complete_page2: page is dirty", h.process, page0);
    ends("write", h.process, write, PAGE).reads(1);
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.DIRTY_COLLISION);
  }

  @Test
  void aPageThatAReaderBroughtBackIsARefault() {
    Transfer write = direct(2);
    writes(buffered(1)).begins("write", h.process, write);
    h.event("add_to_page_cache", h.reader, page0);
    ends("write", h.process, write, PAGE).reads(1);
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.REFAULT);
  }

  @Test
  void ofAnAsynchronousWriteTheEventIsTheEnd() {
    Transfer write = direct(2);
    writes(buffered(1));
    h.transfer("write: begin", h.process, write, h.kiocb, 0);
    h.event("__remove_from_page_cache", h.process, page0);
    h.event("add_to_page_cache", h.reader, page0);
    reads(1);
    assertThat(judge()).isEmpty();
    h.completes(h.interrupt, h.kiocb, h.kiocb, PAGE, 1);
    reads(1);
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.REFAULT_DURING_AIO);
    assertThat(judge().get(0).variant()).isEqualTo("refault");
  }

  private void completesAsynchronously(String... between) {
    writes(buffered(1));
    h.accepted(h.process, h.kiocb).transfer("write: begin", h.process, direct(2), h.kiocb, 0);
    h.event("iomap_dio_submit_bio", h.process, h.dio).returns(h.process, 1);
    h.event("iomap_dio_complete", h.journal, h.dio);
    for (String name : between) {
      boolean drops = name.startsWith("dio");
      h.event(name, drops ? h.journal : h.reader, drops ? h.dio : page0);
    }
    h.completes(h.journal, h.kiocb, h.kiocb, PAGE, 1);
    reads(1);
  }

  @Test
  void aPageThatCameBackWhenPagesHadBeenDroppedOnCompletionHoldsTheZerosOfAnUnconvertedExtent() {
    completesAsynchronously("dio: drops pages", "add_to_page_cache");
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.BEFORE_END_IO);
  }

  @Test
  void oneThatCameBackWithoutThatIsAnOldPage() {
    completesAsynchronously("add_to_page_cache");
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.REFAULT_DURING_AIO);
  }

  @Test
  void anEventThatComesBeforeTheInvalidationIsAVariantOfThat() {
    writes(buffered(1));
    h.transfer("write: begin", h.process, direct(2), h.kiocb, 0);
    h.completes(h.interrupt, h.kiocb, h.kiocb, PAGE, 1);
    reads(1);
    assertThat(judge().get(0).race()).isEqualTo(StaleRead.REFAULT_DURING_AIO);
    assertThat(judge().get(0).variant()).isEqualTo(StaleRead.BEFORE_INVALIDATION);
  }

  @Test
  void whatNobodyKnowsIsSilent() {
    reads(7);
    assertThat(judge()).isEmpty();
  }

  private List<Violation> afterAWriteReads(long partial, long... content) {
    Transfer write = new OnePage(true, sector -> sector + 1);
    begins("write", h.process, write);
    h.transfer("direct_io_worker", h.process, h.dio, null, partial);
    ends("write", h.process, write, PAGE);
    Transfer read = new OnePage(false, sector -> content[sector]);
    begins("read", h.reader, read).ends("read", h.reader, read, PAGE);
    return judge();
  }

  @Test
  void theTailOfAWriteThatHoldsItsHeadIsWrongContent() {
    assertThat(afterAWriteReads(2048, 1, 2, 3, 4, 1, 2, 3, 4))
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.id()).isEqualTo(WrongContent.ID);
              assertThat(v.race()).isEqualTo(WrongContent.REMAINDER);
            });
  }

  @Test
  void partsThatAreElsewhereForAnotherReasonHaveNoCause() {
    assertThat(afterAWriteReads(2048, 1, 2, 3, 4, 5, 6, 7, 7))
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.id()).isEqualTo(WrongContent.ID);
              assertThat(v.race()).isEqualTo(Violation.UNKNOWN);
            });
  }

  @Test
  void allPartsInTheirPlaceAreSilentHoweverTheyGotThere() {
    assertThat(afterAWriteReads(2048, 1, 2, 3, 4, 5, 6, 7, 8)).isEmpty();
  }
}
