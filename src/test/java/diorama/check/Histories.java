package diorama.check;

import java.util.List;

/** The histories of F2 section 1.5 and 2.7, as a machine records them. */
public final class Histories {
  private static final long BYTES = 262_144;
  private static final long EIO = 5;
  private static final long EIOCBQUEUED = 529;

  private static final List<String> INTERRUPT =
      List.of("__aio_put_req", "aio_complete", "dio_bio_end_aio", "bio_endio", "__do_softirq");
  private static final List<String> SUBMITTER =
      List.of("__aio_put_req", "aio_put_req", "io_submit_one", "sys_io_submit");

  private Histories() {}

  /** Up to the invalidation that fails after 64 bios were sent off. */
  private static HistoryBuilder clobbered() {
    HistoryBuilder h = new HistoryBuilder();
    return h.at(100)
        .enters(h.process, "sys_io_submit")
        .accepted(h.process, h.kiocb)
        .at(140)
        .phase("T_FLUSH")
        .journalWaits()
        .at(900)
        .event("unlock_buffer", h.interrupt, h.buffer)
        .event("end_page_writeback", h.interrupt, h.page)
        .at(910)
        .bios(h.process, 60)
        .biosDone(1, 60)
        .bios(h.process, 4)
        .at(980)
        .pagesDropped(h.process, 12)
        .at(1010)
        .event("journal_try_to_free_buffer: unfiled", h.process, h.buffer)
        .putBh(h.process, 1)
        .busy(h.process, 1, 0);
  }

  /** 1A: the submitting path is through before the last bio. */
  public static HistoryBuilder submissionFirst() {
    HistoryBuilder h = clobbered();
    return h.at(1020)
        .putBh(h.journal, 0)
        .retryReturns(h.process, h.kiocb, -EIO)
        .completes(h.process, h.kiocb, h.kiocb, -EIO, 1)
        .puts(h.process, h.kiocb, 0)
        .frees(h.process, h.kiocb)
        .returns(h.process, 1)
        .at(1100)
        .reads(h.reader, h.kiocb, -EIO)
        .at(5200)
        .biosDone(63, 0)
        .stale(h.interrupt, h.kiocb, null)
        .stale(h.interrupt, h.kiocb, null)
        .completes(h.interrupt, h.kiocb, h.kiocb, BYTES, -1)
        .bug(h.interrupt, INTERRUPT);
  }

  /** 1B: the last bio is through before the submitting path. */
  public static HistoryBuilder bioFirst() {
    HistoryBuilder h = clobbered();
    return h.at(1030)
        .biosDone(63, 0)
        .completes(h.interrupt, h.kiocb, h.kiocb, BYTES, 1)
        .event("kfree", h.interrupt, h.dio)
        .at(1200)
        .putBh(h.journal, 0)
        .retryReturns(h.process, h.kiocb, -EIO)
        .completes(h.process, h.kiocb, h.kiocb, -EIO, 0)
        .frees(h.process, h.kiocb)
        .stale(h.process, h.kiocb, null)
        .puts(h.process, h.kiocb, -1)
        .bug(h.process, SUBMITTER);
  }

  /** 1C: another request lives in the slot when the last bio ends. */
  public static HistoryBuilder slabReuse() {
    HistoryBuilder h = clobbered();
    return h.at(1020)
        .retryReturns(h.process, h.kiocb, -EIO)
        .completes(h.process, h.kiocb, h.kiocb, -EIO, 1)
        .puts(h.process, h.kiocb, 0)
        .frees(h.process, h.kiocb)
        .returns(h.process, 1)
        .at(1300)
        .enters(h.process, "sys_io_submit")
        .accepted(h.process, h.next)
        .at(5200)
        .biosDone(63, 0)
        .stale(h.interrupt, h.kiocb, h.next)
        .completes(h.interrupt, h.kiocb, h.next, BYTES, 1)
        .at(5300)
        .retryReturns(h.process, h.next, -EIOCBQUEUED)
        .puts(h.process, h.next, 0)
        .frees(h.process, h.next)
        .at(9000)
        .stale(h.interrupt, h.next, null)
        .completes(h.interrupt, h.next, h.next, BYTES, -1)
        .bug(h.interrupt, INTERRUPT);
  }

  /** The memory was poisoned: the second completion dies on its way to the ring. */
  public static HistoryBuilder poisoned() {
    HistoryBuilder h = clobbered();
    return h.at(1020)
        .retryReturns(h.process, h.kiocb, -EIO)
        .completes(h.process, h.kiocb, h.kiocb, -EIO, 1)
        .puts(h.process, h.kiocb, 0)
        .frees(h.process, h.kiocb)
        .at(5200)
        .biosDone(63, 0)
        .stale(h.interrupt, h.kiocb, null)
        .report(
            KernelReport.Kind.PANIC,
            h.interrupt,
            List.of("aio_complete", "dio_bio_end_aio", "bio_endio"),
            List.of(
                "BUG: unable to handle kernel paging request at virtual address 6b6b6b8b",
                "Kernel panic - not syncing: Fatal exception in interrupt"));
  }

  /** The commit that O_SYNC asks for fails while the bios are in flight. */
  public static HistoryBuilder syncFailed() {
    HistoryBuilder h = new HistoryBuilder();
    return h.at(100)
        .enters(h.process, "sys_io_submit")
        .accepted(h.process, h.kiocb)
        .bios(h.process, 2)
        .at(900)
        .event("journal aborted", h.journal, null)
        .syncFails(h.process, h.kiocb, -EIO)
        .retryReturns(h.process, h.kiocb, -EIO)
        .completes(h.process, h.kiocb, h.kiocb, -EIO, 1)
        .puts(h.process, h.kiocb, 0)
        .frees(h.process, h.kiocb)
        .at(5200)
        .biosDone(2, 0)
        .stale(h.interrupt, h.kiocb, null)
        .completes(h.interrupt, h.kiocb, h.kiocb, BYTES, -1)
        .bug(h.interrupt, INTERRUPT);
  }

  /** The sync fails, and -EIOCBQUEUED is kept. */
  public static HistoryBuilder syncFailedAndQueued() {
    HistoryBuilder h = new HistoryBuilder();
    return h.at(100)
        .enters(h.process, "sys_io_submit")
        .accepted(h.process, h.kiocb)
        .bios(h.process, 2)
        .at(900)
        .event("journal aborted", h.journal, null)
        .syncFails(h.process, h.kiocb, -EIO)
        .retryReturns(h.process, h.kiocb, -EIOCBQUEUED)
        .puts(h.process, h.kiocb, 1)
        .at(5200)
        .biosDone(2, 0)
        .completes(h.interrupt, h.kiocb, h.kiocb, BYTES, 0)
        .frees(h.interrupt, h.kiocb);
  }

  /** The fixed kernel invalidates first: one completion, and no bio. */
  public static HistoryBuilder invalidatedFirst() {
    HistoryBuilder h = new HistoryBuilder();
    return h.at(100)
        .enters(h.process, "sys_io_submit")
        .accepted(h.process, h.kiocb)
        .at(140)
        .journalWaits()
        .at(900)
        .writtenAndUnfiled(h.process)
        .busy(h.process, 1, 0)
        .retryReturns(h.process, h.kiocb, -EIO)
        .completes(h.process, h.kiocb, h.kiocb, -EIO, 1)
        .puts(h.process, h.kiocb, 0)
        .frees(h.process, h.kiocb)
        .at(1000)
        .putBh(h.journal, 0);
  }

  /** A request as it should be. */
  public static HistoryBuilder silent() {
    HistoryBuilder h = new HistoryBuilder();
    return h.at(100)
        .enters(h.process, "sys_io_submit")
        .accepted(h.process, h.kiocb)
        .bios(h.process, 64)
        .retryReturns(h.process, h.kiocb, -EIOCBQUEUED)
        .puts(h.process, h.kiocb, 1)
        .returns(h.process, 1)
        .at(5000)
        .biosDone(64, 0)
        .completes(h.interrupt, h.kiocb, h.kiocb, BYTES, 0)
        .frees(h.interrupt, h.kiocb)
        .reads(h.reader, h.kiocb, BYTES)
        .accepted(h.process, h.next)
        .bios(h.process, 1)
        .retryReturns(h.process, h.next, -EIOCBQUEUED)
        .biosDone(1, 0)
        .completes(h.interrupt, h.next, h.next, BYTES, 1)
        .puts(h.process, h.next, 0)
        .frees(h.process, h.next);
  }
}
