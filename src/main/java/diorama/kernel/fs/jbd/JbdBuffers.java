package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.Fix;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.jbd.JournalBuffers.DirtyData;
import diorama.kernel.fs.jbd.JournalBuffers.DirtyMetadata;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferFlags;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.Iterator;

/**
 * Buffers of an update: the part of {@code fs/jbd/transaction.c} that puts buffers into the running
 * transaction, and that releasepage asks to let them go.
 */
public final class JbdBuffers {
  private final Jbd jbd;
  private final ActorRef<JournalActor.Command> journal;
  private final Buffer buffer;
  private final JournalHeads heads;
  private final Filing filing;

  JbdBuffers(Jbd jbd) {
    this.jbd = jbd;
    this.journal = jbd.journal();
    this.buffer = jbd.buffer();
    this.heads = jbd.heads();
    this.filing = jbd.filing();
  }

  // ---- ordered data ----

  /**
   * {@code journal_dirty_data}, transaction.c:931 (2.6.20): the buffer is to be on disk before the
   * handle's transaction commits. If the committing transaction still has the buffer, what is dirty
   * of it is written first, and then it changes hands. Returns 0.
   */
  public Step<Long> journalDirtyData(Handle handle, BufferHead bh) {
    return Step.function(
        "journal_dirty_data",
        () ->
            TransactionRequest.isAborted(journal)
                .then(aborted -> Step.when(!aborted, () -> dirtyData(handle.transaction(), bh)))
                .map(d -> 0L));
  }

  private Step<Done> dirtyData(Transaction transaction, BufferHead bh) {
    return heads
        .journalAddJournalHead(bh)
        .then(
            jh ->
                LockRequest.lockBhState(journal, bh)
                    .then(() -> LockRequest.lockList(journal))
                    .then(() -> AddressSpaceActor.bufferFlags(bh))
                    .then(
                        flags -> flags.mapped() ? fileDirtyData(transaction, jh) : Step.done(false))
                    .then(referenced -> unlockAndPut(jh, referenced)));
  }

  private Step<Done> unlockAndPut(JournalHead jh, boolean referenced) {
    return LockRequest.unlockList(journal)
        .then(() -> LockRequest.unlockBhState(journal, jh.bh()))
        .then(() -> Step.when(referenced, () -> AddressSpaceActor.putBh(jh.bh())))
        .then(() -> heads.journalPutJournalHead(jh));
  }

  /** Under both locks; answers whether a reference on the buffer has to be dropped. */
  private Step<Boolean> fileDirtyData(Transaction transaction, JournalHead jh) {
    return BufferRequest.dirtyData(journal, jh, transaction)
        .then(
            found ->
                found == DirtyData.STEAL
                    ? steal(transaction, jh)
                    : filed(jh, found).map(d -> false));
  }

  private Step<Done> filed(JournalHead jh, DirtyData found) {
    return filing.expose(jh, found == DirtyData.FILED_EXPOSED);
  }

  /**
   * Commit's write-out would never end if the buffer were dirtied again while commit has it, so its
   * present content is written first, without the locks.
   */
  private Step<Boolean> steal(Transaction transaction, JournalHead jh) {
    return AddressSpaceActor.bufferFlags(jh.bh())
        .then(flags -> flags.dirty() ? writeOut(jh) : Step.done(false))
        .then(
            referenced ->
                (referenced ? stillMapped(jh) : Step.done(true))
                    .then(mapped -> Step.when(mapped, () -> takeOver(transaction, jh)))
                    .map(d -> referenced));
  }

  /** The buffer was not locked while it was written: it may have been truncated. */
  private static Step<Boolean> stillMapped(JournalHead jh) {
    return AddressSpaceActor.bufferFlags(jh.bh()).map(BufferFlags::mapped);
  }

  private Step<Done> takeOver(Transaction transaction, JournalHead jh) {
    return BufferRequest.fileDirtyData(journal, jh, transaction).then(found -> filed(jh, found));
  }

  private Step<Boolean> writeOut(JournalHead jh) {
    BufferHead bh = jh.bh();
    return AddressSpaceActor.getBh(bh)
        .then(() -> LockRequest.unlockList(journal))
        .then(() -> LockRequest.unlockBhState(journal, bh))
        .then(() -> buffer.syncDirtyBuffer(bh))
        .then(() -> LockRequest.lockBhState(journal, bh))
        .then(() -> LockRequest.lockList(journal))
        .map(d -> true);
  }

  // ---- metadata ----

  /**
   * {@code journal_get_write_access}, transaction.c:748 (2.6.20): the buffer is about to be changed
   * as metadata. If commit still needs what it holds, a copy is made; if commit is writing it,
   * sleeps. Returns 0 or -EROFS.
   */
  public Step<Long> journalGetWriteAccess(Handle handle, BufferHead bh) {
    return Step.function(
        jbd.name("journal_get_write_access"),
        () ->
            heads
                .journalAddJournalHead(bh)
                .then(
                    jh ->
                        Step.function(
                                "do_get_write_access",
                                () -> new WriteAccessRun(jbd, jh, handle).run())
                            .alsoDo(() -> heads.journalPutJournalHead(jh))));
  }

  /**
   * {@code journal_dirty_metadata}, transaction.c:1112 (2.6.20): the buffer was changed and is part
   * of the transaction. Takes a credit of the handle for each buffer once. Returns 0.
   */
  public Step<Long> journalDirtyMetadata(Handle handle, BufferHead bh) {
    return Step.function(
        jbd.name("journal_dirty_metadata"),
        () ->
            TransactionRequest.isAborted(journal)
                .then(aborted -> Step.when(!aborted, () -> dirtyMetadata(handle, bh)))
                .map(d -> 0L));
  }

  private Step<Done> dirtyMetadata(Handle handle, BufferHead bh) {
    return LockRequest.lockBhState(journal, bh)
        .then(() -> HeadRequest.find(journal, bh))
        .then(
            found -> {
              JournalHead jh = java.util.Objects.requireNonNull(found.jh());
              return BufferRequest.dirtyMetadata(journal, jh, handle.transaction())
                  .then(decision -> fileMetadata(handle, jh, decision))
                  .alsoDo(() -> jbd.isJbd2() ? jbd.jbd2().traceJoined(handle, bh) : Step.done());
            })
        .then(() -> LockRequest.unlockBhState(journal, bh));
  }

  private Step<Done> fileMetadata(Handle handle, JournalHead jh, DirtyMetadata decision) {
    if (decision.usesCredit()) {
      if (handle.bufferCredits <= 0) {
        throw new IllegalStateException("J_ASSERT_JH(jh, handle->h_buffer_credits > 0)");
      }
      handle.bufferCredits--;
    }
    return Step.when(
        decision.file(),
        () ->
            LockRequest.lockList(journal)
                .then(() -> filing.doJournalFileBuffer(jh, handle.transaction(), Jlist.METADATA))
                .then(() -> LockRequest.unlockList(journal)));
  }

  /**
   * {@code journal_forget}, transaction.c:1210 (2.6.20): the buffer's block is free again, what it
   * holds need not be written. Drops the caller's reference. Returns 0.
   */
  public Step<Long> journalForget(Handle handle, BufferHead bh) {
    return Step.function(
        jbd.name("journal_forget"),
        () ->
            LockRequest.lockBhState(journal, bh)
                .then(() -> LockRequest.lockList(journal))
                .then(() -> HeadRequest.find(journal, bh))
                .then(found -> found.jh() == null ? Step.done() : forget(handle, found.jh()))
                .then(() -> LockRequest.unlockList(journal))
                .then(() -> LockRequest.unlockBhState(journal, bh))
                .then(() -> AddressSpaceActor.putBh(bh))
                .map(count -> 0L));
  }

  private Step<Done> forget(Handle handle, JournalHead jh) {
    return BufferRequest.forget(journal, jh, handle.transaction())
        .then(
            through ->
                Step.when(
                    through,
                    () ->
                        AddressSpaceActor.testClearBufferDirty(jh.bh())
                            .then(() -> heads.journalRemoveJournalHead(jh.bh()))
                            .then(() -> AddressSpaceActor.putBh(jh.bh()))))
        .map(
            d -> {
              handle.bufferCredits++;
              return d;
            });
  }

  // ---- releasepage ----

  /**
   * {@code journal_try_to_free_buffers}, transaction.c:1647 (2.6.20): called with the page locked.
   * Takes written ordered data out of its transaction and then frees the page's buffers. Fails, and
   * returns 0, if a buffer stays with the journal or is referenced; what was taken out by then
   * stays out.
   *
   * <p>Since 3f31fddf (2.6.27) a caller that may sleep waits, with the page locked, for the
   * transaction that is being committed and tries once more, unless a buffer stays with the
   * journal.
   */
  public Step<Long> journalTryToFreeBuffers(Page page, Gfp gfp) {
    return Step.function(
        jbd.name("journal_try_to_free_buffers"),
        () ->
            AddressSpaceActor.pageBuffers(page)
                .then(
                    buffers -> {
                      Iterator<BufferHead> rest = buffers.iterator();
                      boolean[] busy = {false};
                      return Step.loop(() -> freeNext(rest, busy))
                          .then(() -> busy[0] ? Step.done(0L) : freeOrWait(page, gfp));
                    }));
  }

  private Step<Long> freeOrWait(Page page, Gfp gfp) {
    Step<Long> ret = tryToFreeBuffers(page);
    boolean waits = jbd.profile().fixed(Fix.JBD_RELEASEPAGE_WAITS_FOR_COMMIT) && !jbd.isJbd2();
    if (waits && gfp == Gfp.KERNEL) {
      return ret.then(
          freed ->
              freed != 0
                  ? Step.done(freed)
                  : journalWaitForTransactionSyncData().then(() -> tryToFreeBuffers(page)));
    }
    return ret;
  }

  /** {@code journal_wait_for_transaction_sync_data}, transaction.c (2.6.27). */
  private Step<Done> journalWaitForTransactionSyncData() {
    return Step.function(
        "journal_wait_for_transaction_sync_data",
        () ->
            TransactionRequest.committingTid(journal)
                .then(tid -> Step.when(tid != 0, () -> jbd.logWaitCommit(tid))));
  }

  private static Step<Long> tryToFreeBuffers(Page page) {
    return Step.function(
        "try_to_free_buffers",
        () -> AddressSpaceActor.tryToFreeBuffers(page).map(freed -> freed ? 1L : 0L));
  }

  private Step<Boolean> freeNext(Iterator<BufferHead> rest, boolean[] busy) {
    if (busy[0] || !rest.hasNext()) {
      return Step.done(false);
    }
    BufferHead bh = rest.next();
    return HeadRequest.grab(journal, bh)
        .then(grabbed -> grabbed.jh() == null ? Step.done(true) : freeBuffer(grabbed.jh(), busy));
  }

  private Step<Boolean> freeBuffer(JournalHead jh, boolean[] busy) {
    BufferHead bh = jh.bh();
    return LockRequest.lockBhState(journal, bh)
        .then(() -> doJournalTryToFreeBuffer(jh))
        .then(() -> heads.journalPutJournalHead(jh))
        .then(() -> LockRequest.unlockBhState(journal, bh))
        .then(() -> HeadRequest.bufferJbd(journal, bh))
        .map(
            jbd -> {
              busy[0] = jbd;
              return true;
            });
  }

  /**
   * {@code __journal_try_to_free_buffer}, transaction.c:1577 (2.6.20), under bh_state. The
   * reference that journal_remove_journal_head takes and brelse drops cannot be seen, because the
   * caller has grabbed the journal_head and alone goes on to free the page.
   */
  private Step<Done> doJournalTryToFreeBuffer(JournalHead jh) {
    return Step.function(
        jbd.name("__journal_try_to_free_buffer"),
        () ->
            AddressSpaceActor.bufferFlags(jh.bh())
                .then(
                    flags ->
                        flags.locked() || flags.dirty()
                            ? BufferRequest.busyToFree(
                                journal, jh.bh(), flags.locked(), flags.dirty())
                            : BufferRequest.tryToFree(journal, jh)));
  }
}
