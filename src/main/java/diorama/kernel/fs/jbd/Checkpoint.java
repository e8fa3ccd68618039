package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.jbd.CheckpointRequest.CheckpointEntry;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferFlags;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code fs/jbd/checkpoint.c}: writes committed buffers home, so that their log space comes free.
 */
final class Checkpoint {
  private static final int NR_BATCH = 64;

  private final Jbd jbd;
  private final ActorRef<JournalActor.Command> journal;

  Checkpoint(Jbd jbd) {
    this.jbd = jbd;
    this.journal = jbd.journal();
  }

  /**
   * {@code __log_wait_for_space}, checkpoint.c:115 (2.6.20): checkpoints, one context at a time,
   * until the log has room for a transaction or the journal is aborted.
   */
  Step<Done> logWaitForSpace() {
    return Step.function(
        "__log_wait_for_space",
        () ->
            Step.loop(
                () ->
                    TransactionRequest.lockCheckpointMutex(journal)
                        .then(() -> TransactionRequest.needsLogSpace(journal))
                        .then(needed -> Step.when(needed, this::logDoCheckpoint))
                        .then(() -> TransactionRequest.unlockCheckpointMutex(journal))
                        .then(() -> TransactionRequest.needsLogSpace(journal))));
  }

  /**
   * {@code log_do_checkpoint}, checkpoint.c:299 (2.6.20): writes the oldest transaction's buffers
   * home and frees its part of the log.
   */
  Step<Done> logDoCheckpoint() {
    return Step.function(
        "log_do_checkpoint",
        () ->
            cleanupJournalTail()
                .then(freed -> Step.when(!freed, this::writeOldest))
                .map(d -> Done.DONE));
  }

  private Step<Done> writeOldest() {
    return LockRequest.lockList(journal)
        .then(() -> CheckpointRequest.oldest(journal))
        .then(
            oldest ->
                oldest.transaction() == null ? Step.done() : writeAndWait(oldest.transaction()))
        .then(() -> LockRequest.unlockList(journal))
        .then(this::cleanupJournalTail)
        .map(freed -> Done.DONE);
  }

  private Step<Done> writeAndWait(Transaction transaction) {
    return writeBuffers(transaction).then(() -> waitCpIo(transaction));
  }

  /** Until the transaction's checkpoint list is empty. With j_list_lock held at both ends. */
  private Step<Done> writeBuffers(Transaction transaction) {
    List<BufferHead> batch = new ArrayList<>();
    return Step.loop(
        () ->
            CheckpointRequest.firstOf(journal, transaction, false)
                .then(
                    entry ->
                        entry.jh() == null
                            ? finishBatch(batch)
                            : processBuffer(entry, entry.jh(), batch).map(d -> true)));
  }

  /** Whether there was something to flush, so that the list has to be looked at again. */
  private Step<Boolean> finishBatch(List<BufferHead> batch) {
    return batch.isEmpty()
        ? Step.done(false)
        : LockRequest.unlockList(journal)
            .then(() -> flushBatch(batch))
            .then(() -> LockRequest.lockList(journal))
            .map(d -> true);
  }

  /** {@code __process_buffer}, checkpoint.c:234 (2.6.20). With j_list_lock held at both ends. */
  private Step<Done> processBuffer(CheckpointEntry entry, JournalHead jh, List<BufferHead> batch) {
    return LockRequest.tryLockBhState(journal, jh.bh())
        .then(
            locked ->
                locked
                    ? AddressSpaceActor.bufferFlags(jh.bh())
                        .then(flags -> process(entry, jh, flags, batch))
                    : syncBh(jh.bh(), batch));
  }

  private Step<Done> process(
      CheckpointEntry entry, JournalHead jh, BufferFlags flags, List<BufferHead> batch) {
    BufferHead bh = jh.bh();
    if (flags.locked()) {
      return waitWithoutLocks(bh, batch);
    }
    if (entry.transaction() != null) {
      int tid = entry.transaction().tid();
      return withoutLocks(
          bh, batch, () -> jbd.logStartCommit(tid).then(() -> jbd.logWaitCommit(tid)));
    }
    if (!flags.dirty()) {
      return CheckpointRequest.remove(journal, jh)
          .then(
              () ->
                  withoutLocks(
                      bh,
                      batch,
                      () ->
                          jbd.heads()
                              .journalRemoveJournalHead(bh)
                              .then(() -> AddressSpaceActor.putBh(bh))));
    }
    batch.add(bh);
    return AddressSpaceActor.getBh(bh)
        .then(() -> CheckpointRequest.relinkIo(journal, jh))
        .then(() -> LockRequest.unlockBhState(journal, bh))
        .then(() -> Step.when(batch.size() == NR_BATCH, () -> finishBatch(batch)));
  }

  private Step<Done> waitWithoutLocks(BufferHead bh, List<BufferHead> batch) {
    return AddressSpaceActor.getBh(bh)
        .then(
            () ->
                withoutLocks(
                    bh,
                    batch,
                    () -> jbd.buffer().waitOnBuffer(bh).then(u -> AddressSpaceActor.putBh(bh))));
  }

  private Step<Done> withoutLocks(
      BufferHead bh, List<BufferHead> batch, java.util.function.Supplier<Step<?>> body) {
    return LockRequest.unlockList(journal)
        .then(() -> LockRequest.unlockBhState(journal, bh))
        .then(() -> Step.when(true, body))
        .then(() -> flushBatch(batch))
        .then(() -> LockRequest.lockList(journal));
  }

  /** {@code jbd_sync_bh}, checkpoint.c:145 (2.6.20): waits for the other holder of bh_state. */
  private Step<Done> syncBh(BufferHead bh, List<BufferHead> batch) {
    return AddressSpaceActor.getBh(bh)
        .then(() -> LockRequest.unlockList(journal))
        .then(() -> LockRequest.lockBhState(journal, bh))
        .then(() -> LockRequest.unlockBhState(journal, bh))
        .then(() -> AddressSpaceActor.putBh(bh))
        .then(() -> flushBatch(batch))
        .then(() -> LockRequest.lockList(journal));
  }

  /** {@code __flush_batch}, checkpoint.c:211 (2.6.20). */
  private Step<Done> flushBatch(List<BufferHead> batch) {
    List<BufferHead> bhs = List.copyOf(batch);
    batch.clear();
    return Step.function(
        "__flush_batch",
        () ->
            Step.forEach(bhs, jbd.buffer()::llRwBlockSwrite)
                .then(() -> Step.forEach(bhs, AddressSpaceActor::putBh)));
  }

  /** {@code __wait_cp_io}, checkpoint.c:165 (2.6.20). With j_list_lock held at both ends. */
  private Step<Done> waitCpIo(Transaction transaction) {
    return Step.function(
        "__wait_cp_io",
        () ->
            Step.loop(
                () ->
                    CheckpointRequest.firstOf(journal, transaction, true)
                        .then(
                            entry ->
                                entry.jh() == null
                                    ? Step.done(false)
                                    : waitForHome(entry.jh()).map(d -> true))));
  }

  private Step<Done> waitForHome(JournalHead jh) {
    BufferHead bh = jh.bh();
    return LockRequest.tryLockBhState(journal, bh)
        .then(
            locked ->
                locked
                    ? AddressSpaceActor.bufferFlags(bh)
                        .then(
                            flags ->
                                flags.locked()
                                    ? waitWithoutLocks(bh, new ArrayList<>())
                                    : release(jh))
                    : syncBh(bh, new ArrayList<>()));
  }

  /** Drops a buffer that is home, under both locks; gives bh_state back. */
  private Step<Done> release(JournalHead jh) {
    BufferHead bh = jh.bh();
    return CheckpointRequest.remove(journal, jh)
        .then(() -> LockRequest.unlockBhState(journal, bh))
        .then(() -> jbd.heads().journalRemoveJournalHead(bh))
        .then(() -> AddressSpaceActor.putBh(bh))
        .map(count -> Done.DONE);
  }

  /**
   * {@code __journal_clean_checkpoint_list}, checkpoint.c:521 (2.6.20): drops the buffers that
   * somebody has written home in the meantime. Under j_list_lock.
   */
  Step<Done> cleanCheckpointList() {
    return Step.function(
        "__journal_clean_checkpoint_list",
        () ->
            CheckpointRequest.unfiled(journal)
                .then(jhs -> Step.forEach(jhs, this::tryToFreeCpBuf)));
  }

  /** {@code __try_to_free_cp_buf}, checkpoint.c:91 (2.6.20). */
  private Step<Done> tryToFreeCpBuf(JournalHead jh) {
    return LockRequest.tryLockBhState(journal, jh.bh())
        .then(
            locked ->
                Step.when(
                    locked,
                    () ->
                        AddressSpaceActor.bufferFlags(jh.bh())
                            .then(
                                flags ->
                                    flags.locked() || flags.dirty()
                                        ? LockRequest.unlockBhState(journal, jh.bh())
                                        : release(jh))));
  }

  /**
   * {@code cleanup_journal_tail}, checkpoint.c:400 (2.6.20): gives back the log of transactions
   * that are home, and says so in the journal's superblock. Whether there were any.
   */
  Step<Boolean> cleanupJournalTail() {
    return Step.function(
        "cleanup_journal_tail",
        () ->
            TransactionRequest.cleanupTail(journal)
                .then(
                    freed ->
                        Step.when(freed, this::updateSuperblockUnlessAborted).map(d -> freed)));
  }

  private Step<Done> updateSuperblockUnlessAborted() {
    return TransactionRequest.isAborted(journal)
        .then(aborted -> Step.when(!aborted, this::journalUpdateSuperblock));
  }

  /** {@code journal_update_superblock}, journal.c:926 (2.6.20), and waits. */
  private Step<Done> journalUpdateSuperblock() {
    return Step.function(
        "journal_update_superblock",
        () ->
            jbd.buffer()
                .getblk(jbd.bdev(), jbd.settings().firstBlock())
                .then(
                    bh ->
                        AddressSpaceActor.markBufferDirty(bh)
                            .then(() -> jbd.buffer().syncDirtyBuffer(bh))
                            .then(() -> AddressSpaceActor.putBh(bh)))
                .map(count -> Done.DONE));
  }
}
