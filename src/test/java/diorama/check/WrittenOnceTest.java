package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.BlockTransfer;
import diorama.kernel.tracepoint.Transfer;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenOnceTest {
  private static final long PAGE = 4096;
  private static final int SECTORS = 8;
  private static final long HOME = 1000;
  private static final long ENOTBLK = 15;
  private final HistoryBuilder h = new HistoryBuilder();

  /** Sectors on their way to the device. */
  private record Sent(long sector, int sectors, boolean writes, long first)
      implements BlockTransfer {
    @Override
    public long digest(int i) {
      return first + i;
    }

    @Override
    public String label() {
      return "bio";
    }
  }

  private final Transfer write = new OnePage(true, sector -> 7000 + sector);

  private void begins(Transfer transfer) {
    h.transfer("write: begin", h.process, transfer, h.kiocb, 0);
  }

  private WrittenOnceTest sends(Context context, long sector, int from, int sectors) {
    h.transfer("submit_bio", context, new Sent(sector, sectors, true, 7000 + from), h.dio, 0);
    return this;
  }

  private WrittenOnceTest writesBack(Context context, long sector, int from, int sectors) {
    h.transfer("submit_bio", context, new Sent(sector, sectors, true, 7000 + from), null, 0);
    return this;
  }

  private List<Violation> judge() {
    return Check.judge(h.build(), List.of(new WrittenOnce()));
  }

  @Test
  void whatTheWriterSendsAgainIsWrittenTwice() {
    begins(write);
    sends(h.process, HOME, 0, 4).sends(h.process, HOME, 0, SECTORS);
    assertThat(judge())
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.id()).isEqualTo(WrittenOnce.ID);
              assertThat(v.race()).isEqualTo(Violation.UNKNOWN);
            });
  }

  @Test
  void afterAHoleItIsTheRedoOfTheWholeWrite() {
    begins(write);
    sends(h.process, HOME, 0, 4);
    h.transfer("direct_io_worker", h.process, h.dio, null, -ENOTBLK);
    writesBack(h.process, HOME, 0, SECTORS);
    assertThat(judge())
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(WrittenOnce.REDO));
  }

  private final Context worker = new Context(Context.Kind.KTHREAD, "aio/0", 2);

  /** Could not drop a page, and is kicked when its bios have ended. */
  private WrittenOnceTest isRetried(Context by) {
    h.event("kiocbSetPgBusy", by, h.kiocb).event("kiocbClearPgBusy", h.interrupt, h.kiocb);
    return this;
  }

  private void anotherWriteEnds(Transfer transfer) {
    h.transfer("write: end", h.pdflush, transfer, null, PAGE);
  }

  @Test
  void aWriteThatIsKickedInsteadOfCompletedIsWrittenOnceMore() {
    begins(write);
    sends(h.process, HOME, 0, SECTORS).isRetried(h.process).sends(worker, HOME, 0, SECTORS);
    assertThat(judge())
        .singleElement()
        .satisfies(v -> assertThat(v.race()).isEqualTo(WrittenOnce.RETRY))
        .satisfies(v -> assertThat(v.variant()).isEqualTo(WrittenOnce.ONCE_MORE));
  }

  @Test
  void whatAnotherWroteInBetweenIsLost() {
    begins(write);
    sends(h.process, HOME, 0, SECTORS).isRetried(h.process);
    anotherWriteEnds(new OnePage(false, sector -> 9000 + sector));
    sends(worker, HOME, 0, SECTORS);
    assertThat(judge()).extracting(Violation::variant).containsExactly(WrittenOnce.OVER_ANOTHER);
  }

  @Test
  void aFailureThatLastsIsTheSameWriteAgainAndAgain() {
    begins(write);
    sends(h.process, HOME, 0, SECTORS).isRetried(h.process);
    sends(worker, HOME, 0, 4).sends(worker, HOME + 4, 4, 4).isRetried(worker);
    sends(h.process, HOME, 0, 4).sends(h.process, HOME + 4, 4, 4).isRetried(h.process);
    sends(worker, HOME, 0, SECTORS);
    assertThat(judge())
        .extracting(Violation::variant)
        .containsExactly(WrittenOnce.ONCE_MORE, WrittenOnce.ONCE_MORE, WrittenOnce.LASTING);
  }

  @Test
  void theWorkerIsSilentUnlessTheRequestWasKicked() {
    begins(write);
    sends(h.process, HOME, 0, SECTORS).sends(worker, HOME, 0, SECTORS);
    assertThat(judge()).isEmpty();
  }

  @Test
  void theRestAfterAHoleIsSilent() {
    begins(write);
    sends(h.process, HOME, 0, 4).sends(h.process, HOME + 4, 4, 4);
    assertThat(judge()).isEmpty();
  }

  @Test
  void aPageThatIsDirtyAgainMayBeSentAgain() {
    begins(write);
    writesBack(h.process, HOME, 0, SECTORS).writesBack(h.process, HOME, 0, SECTORS);
    assertThat(judge()).isEmpty();
  }

  @Test
  void theSameContentAtAnotherPlaceIsNotThis() {
    begins(write);
    sends(h.process, HOME, 0, 4).sends(h.process, HOME + 4, 0, 4);
    assertThat(judge()).isEmpty();
  }

  @Test
  void whatOthersSendOrWhatIsSentAfterTheEndIsSilent() {
    begins(write);
    sends(h.process, HOME, 0, SECTORS).sends(h.pdflush, HOME, 0, SECTORS);
    h.completes(h.interrupt, h.kiocb, h.kiocb, PAGE, 0);
    sends(h.process, HOME, 0, SECTORS);
    assertThat(judge()).isEmpty();
  }

  @Test
  void aBufferedWriteMayBeWrittenAsOftenAsItIsDirty() {
    begins(new OnePage(false, sector -> 7000 + sector));
    sends(h.process, HOME, 0, SECTORS).sends(h.process, HOME, 0, SECTORS);
    assertThat(judge()).isEmpty();
  }

  @Test
  void ofContentThatIsTheSameEverywhereNothingIsSaid() {
    begins(new OnePage(true, sector -> 7000));
    sends(h.process, HOME, 0, 1).sends(h.process, HOME, 0, 1);
    assertThat(judge()).isEmpty();
  }
}
