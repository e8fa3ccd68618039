package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** {@code fs/jbd/commit.c}: what kjournald does to commit a transaction. */
final class Commit {
  private final Jbd jbd;
  private final ActorRef<JournalActor.Command> journal;
  private final KernelProfile profile;

  Commit(Jbd jbd, KernelProfile profile) {
    this.jbd = jbd;
    this.journal = jbd.journal();
    this.profile = profile;
  }

  /**
   * {@code journal_commit_transaction}, commit.c:284 (2.6.20): waits for the running transaction's
   * updates, writes its data, then its metadata to the log, then the commit record.
   */
  Step<Done> journalCommitTransaction() {
    return Step.function(
        jbd.name("journal_commit_transaction"),
        () ->
            Step.loop(this::lockUpdates)
                .then(() -> TransactionRequest.transactionToCommit(journal))
                .then(this::commit));
  }

  /** T_LOCKED: whether updates were left and the lock has to be taken again. */
  private Step<Boolean> lockUpdates() {
    return TransactionRequest.lockUpdates(journal)
        .then(
            locked ->
                locked
                    ? Step.done(false)
                    : TransactionRequest.sleptForUpdates(journal).map(d -> true));
  }

  private Step<Done> commit(Transaction transaction) {
    return Step.loop(() -> refileReserved(transaction))
        .then(() -> LockRequest.lockList(journal))
        .then(() -> jbd.checkpoint().cleanCheckpointList())
        .then(() -> LockRequest.unlockList(journal))
        .then(() -> TransactionRequest.beginFlush(journal))
        .then(() -> BufferRequest.clearModified(journal, transaction))
        .then(() -> writeData(transaction))
        .then(this::abortOnError)
        .then(() -> TransactionRequest.beginLogging(journal, transaction))
        .then(() -> new CommitLog(jbd, transaction).write())
        .then(this::abortOnError)
        .then(() -> Step.loop(() -> processForgetAndFinish(transaction)))
        .then(() -> TransactionRequest.wakeDoneCommit(journal));
  }

  /** Phase 2: with jbd2 since c851ed54 the pages of inodes, before that buffers. */
  private Step<Long> writeData(Transaction transaction) {
    return jbd.isJbd2() && profile.fixed(Fix.JBD2_INODE_LISTS)
        ? new CommitInodes(jbd, transaction).writeAndWait()
        : new CommitData(jbd, profile, transaction).writeAndWait();
  }

  /** Write access that was asked for and not used. Under j_state_lock. */
  private Step<Boolean> refileReserved(Transaction transaction) {
    return BufferRequest.first(journal, transaction, Jlist.RESERVED)
        .then(
            entry ->
                entry.jh() == null
                    ? Step.done(false)
                    : jbd.filing().journalRefileBuffer(entry.jh()).map(d -> true));
  }

  private Step<Done> abortOnError(long error) {
    return Step.when(error != 0, () -> jbd.journalAbort(0));
  }

  /** Phases 7 and 8: whether t_forget was filled again before the transaction was finished. */
  private Step<Boolean> processForgetAndFinish(Transaction transaction) {
    return Step.loop(() -> processForget(transaction))
        .then(() -> TransactionRequest.finish(journal, transaction))
        .alsoDo(finished -> finished && jbd.isJbd2() ? callback(transaction) : Step.done())
        .map(finished -> !finished);
  }

  private Step<Done> callback(Transaction transaction) {
    return jbd.jbd2().commitCallback(transaction);
  }

  private Step<Boolean> processForget(Transaction transaction) {
    return BufferRequest.firstForget(journal, transaction)
        .then(
            entry ->
                entry.jh() == null
                    ? Step.done(false)
                    : forget(transaction, entry.jh()).map(d -> true));
  }

  /**
   * A buffer that is in the log now: kept for the checkpoint if it has not been written home, and
   * handed to the next transaction if that has changed it already.
   */
  private Step<Done> forget(Transaction transaction, JournalHead jh) {
    return LockRequest.lockBhState(journal, jh.bh())
        .then(() -> BufferRequest.dropFrozen(journal, jh))
        .then(() -> LockRequest.lockList(journal))
        .then(() -> jbd.isJbd2() ? jbd.jbd2().dropFreed(jh) : Step.done())
        .then(() -> BufferRequest.renewCheckpoint(journal, jh, transaction))
        .then(() -> jbd.isJbd2() ? jbd.jbd2().assertClean(jh) : Step.done())
        .then(() -> jbd.filing().doJournalRefileBuffer(jh))
        .then(() -> LockRequest.unlockBhState(journal, jh.bh()))
        .then(() -> HeadRequest.isUnused(journal, jh))
        .then(unused -> Step.when(unused, () -> removeJournalHead(jh)))
        .then(() -> LockRequest.unlockList(journal));
  }

  /** {@code release_buffer_page} included: pages of truncated files are not kept here. */
  private Step<Done> removeJournalHead(JournalHead jh) {
    return jbd.heads()
        .journalRemoveJournalHead(jh.bh())
        .then(() -> AddressSpaceActor.putBh(jh.bh()))
        .map(count -> Done.DONE);
  }
}
