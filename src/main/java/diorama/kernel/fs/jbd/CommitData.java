package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.Rw;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * The ordered data of a commit: {@code journal_submit_data_buffers} and the wait that follows it,
 * with their locals.
 *
 * <p>j_list_lock ranks inside bh_state, but commit finds its buffers by their lists. It therefore
 * tries bh_state with the list lock held, and starts over when it loses. Whatever it waits for, it
 * holds nothing but a reference on the buffer; anybody may take the buffer off the list meanwhile,
 * so it looks again afterwards.
 */
final class CommitData {
  private final Jbd jbd;
  private final ActorRef<JournalActor.Command> journal;
  private final KernelProfile profile;
  private final Transaction transaction;
  private List<BufferHead> wbuf = new ArrayList<>();
  private long error;

  CommitData(Jbd jbd, KernelProfile profile, Transaction transaction) {
    this.jbd = jbd;
    this.journal = jbd.journal();
    this.profile = profile;
    this.transaction = transaction;
  }

  /** Writes all ordered data and waits for it. Returns 0 or -EIO. */
  Step<Long> writeAndWait() {
    return Step.function("journal_submit_data_buffers", this::journalSubmitDataBuffers)
        .then(this::waitForLockedList)
        .then(() -> Step.done(error));
  }

  // ---- journal_submit_data_buffers, commit.c:177 (2.6.20) ----

  private Step<Done> journalSubmitDataBuffers() {
    return LockRequest.lockList(journal)
        .then(() -> Step.loop(this::submitNext))
        .then(() -> LockRequest.unlockList(journal))
        .then(this::journalDoSubmitData);
  }

  /** One round; with j_list_lock held at both ends. */
  private Step<Boolean> submitNext() {
    return BufferRequest.first(journal, transaction, Jlist.SYNC_DATA)
        .then(
            entry ->
                entry.jh() == null
                    ? Step.done(false)
                    : submit(entry.jh())
                        .then(() -> Step.when(entry.contended(), this::breakListLock))
                        .map(d -> true));
  }

  /** {@code lock_need_resched}: lets who spins for j_list_lock have it (CONFIG_PREEMPT). */
  private Step<Done> breakListLock() {
    return LockRequest.unlockList(journal).then(() -> LockRequest.lockList(journal));
  }

  private Step<Done> submit(JournalHead jh) {
    BufferHead bh = jh.bh();
    return AddressSpaceActor.getBh(bh)
        .then(() -> AddressSpaceActor.bufferFlags(bh))
        .then(flags -> flags.dirty() ? lockDirtyBuffer(bh) : Step.done(false))
        .then(
            locked ->
                invertedLockAndRetake(bh)
                    .then(() -> BufferRequest.isOn(journal, jh, transaction, Jlist.SYNC_DATA))
                    .then(ours -> ours ? writeOrFile(jh, locked) : alreadyCleanedUp(bh, locked)));
  }

  /**
   * Locks a dirty buffer. If somebody else has the lock, sleeps for it without j_list_lock, after
   * submitting what was collected: its holder may be waiting for one of those.
   */
  private Step<Boolean> lockDirtyBuffer(BufferHead bh) {
    return AddressSpaceActor.tryLockBuffer(bh)
        .then(
            taken ->
                Step.when(
                    !taken,
                    () ->
                        LockRequest.unlockList(journal)
                            .then(this::journalDoSubmitData)
                            .then(() -> jbd.buffer().lockBuffer(bh))
                            .then(() -> LockRequest.lockList(journal))))
        .map(d -> true);
  }

  /** {@code inverted_lock}, commit.c:86 (2.6.20), and what its loser does here. */
  private Step<Done> invertedLockAndRetake(BufferHead bh) {
    return LockRequest.tryLockBhState(journal, bh)
        .then(
            taken ->
                Step.when(
                    !taken,
                    () ->
                        LockRequest.unlockList(journal)
                            .then(() -> LockRequest.lockBhState(journal, bh))
                            .then(() -> LockRequest.lockList(journal))));
  }

  private Step<Done> alreadyCleanedUp(BufferHead bh, boolean locked) {
    return LockRequest.unlockBhState(journal, bh)
        .then(() -> Step.when(locked, () -> AddressSpaceActor.unlockBuffer(bh)))
        .then(() -> AddressSpaceActor.putBh(bh))
        .map(count -> Done.DONE);
  }

  private Step<Done> writeOrFile(JournalHead jh, boolean locked) {
    BufferHead bh = jh.bh();
    if (locked) {
      return AddressSpaceActor.testClearBufferDirty(bh)
          .then(dirty -> dirty ? collect(jh) : writeoutComplete(jh, true));
    }
    if (profile.fixed(Fix.JBD_WAIT_FOR_SUBMITTED_DATA)) {
      return AddressSpaceActor.bufferFlags(bh)
          .then(flags -> flags.locked() ? fileAsLocked(jh) : writeoutComplete(jh, false));
    }
    return writeoutComplete(jh, false);
  }

  /** The reference that was taken goes to the write, which drops it when it ends. */
  private Step<Done> collect(JournalHead jh) {
    wbuf.add(jh.bh());
    return jbd.filing()
        .doJournalFileBuffer(jh, transaction, Jlist.LOCKED)
        .then(() -> LockRequest.unlockBhState(journal, jh.bh()))
        .then(
            () ->
                Step.when(
                    wbuf.size() == jbd.settings().wbufsize(),
                    () ->
                        LockRequest.unlockList(journal)
                            .then(this::journalDoSubmitData)
                            .then(() -> LockRequest.lockList(journal))));
  }

  /** Somebody else is writing it: commit waits for that later. */
  private Step<Done> fileAsLocked(JournalHead jh) {
    return jbd.filing()
        .doJournalFileBuffer(jh, transaction, Jlist.LOCKED)
        .then(() -> LockRequest.unlockBhState(journal, jh.bh()))
        .then(() -> AddressSpaceActor.putBh(jh.bh()))
        .map(count -> Done.DONE);
  }

  private Step<Done> writeoutComplete(JournalHead jh, boolean locked) {
    BufferHead bh = jh.bh();
    return jbd.filing()
        .doJournalUnfileBuffer(jh)
        .then(() -> LockRequest.unlockBhState(journal, bh))
        .then(() -> Step.when(locked, () -> AddressSpaceActor.unlockBuffer(bh)))
        .then(() -> jbd.heads().journalRemoveJournalHead(bh))
        .then(() -> AddressSpaceActor.putBh(bh))
        .then(() -> AddressSpaceActor.putBh(bh))
        .map(count -> Done.DONE);
  }

  /** {@code journal_do_submit_data}, commit.c:163 (2.6.20). */
  private Step<Done> journalDoSubmitData() {
    List<BufferHead> bhs = wbuf;
    wbuf = new ArrayList<>();
    return Step.function(
        "journal_do_submit_data",
        () ->
            Step.forEach(
                bhs,
                bh ->
                    jbd.buffer().submitBh(Rw.WRITE, bh, false, jbd.buffer()::endBufferWriteSync)));
  }

  // ---- the wait for t_locked_list, commit.c:437 (2.6.20) ----

  private Step<Done> waitForLockedList() {
    return LockRequest.lockList(journal)
        .then(() -> Step.loop(this::waitForLast))
        .then(() -> LockRequest.unlockList(journal));
  }

  private Step<Boolean> waitForLast() {
    return BufferRequest.last(journal, transaction, Jlist.LOCKED)
        .then(
            entry ->
                entry.jh() == null
                    ? Step.done(false)
                    : waitFor(entry.jh())
                        .then(() -> Step.when(entry.contended(), this::breakListLock))
                        .map(d -> true));
  }

  /**
   * From get_bh to the last put_bh the buffer is referenced, also while this context has been woken
   * and has not run yet.
   */
  private Step<Done> waitFor(JournalHead jh) {
    BufferHead bh = jh.bh();
    return AddressSpaceActor.getBh(bh)
        .then(() -> AddressSpaceActor.bufferFlags(bh))
        .then(flags -> Step.when(flags.locked(), () -> waitWithoutListLock(bh)))
        .then(() -> LockRequest.tryLockBhState(journal, bh))
        .then(taken -> taken ? unfileIfStillThere(jh) : lostInvertedLock(bh));
  }

  private Step<Done> waitWithoutListLock(BufferHead bh) {
    return LockRequest.unlockList(journal)
        .then(() -> traceWait(bh))
        .then(() -> jbd.buffer().doWaitOnBuffer(bh))
        .then(
            uptodate -> {
              error = uptodate ? error : -(long) Errno.EIO;
              return LockRequest.lockList(journal);
            });
  }

  private Step<Done> traceWait(BufferHead bh) {
    return Step.current(
        context -> {
          jbd.host().tracer().emit(Tracepoint.of("commit: wait", context, bh));
          return Step.done();
        });
  }

  private Step<Done> lostInvertedLock(BufferHead bh) {
    return LockRequest.unlockList(journal)
        .then(() -> AddressSpaceActor.putBh(bh))
        .then(() -> LockRequest.lockList(journal));
  }

  private Step<Done> unfileIfStillThere(JournalHead jh) {
    BufferHead bh = jh.bh();
    return BufferRequest.isOn(journal, jh, Jlist.LOCKED)
        .then(still -> still ? unfileWaited(jh) : LockRequest.unlockBhState(journal, bh))
        .then(() -> AddressSpaceActor.putBh(bh))
        .map(count -> Done.DONE);
  }

  private Step<Done> unfileWaited(JournalHead jh) {
    BufferHead bh = jh.bh();
    return BufferRequest.unfileWaited(journal, jh)
        .then(exposed -> jbd.filing().expose(jh, exposed))
        .then(() -> LockRequest.unlockBhState(journal, bh))
        .then(() -> jbd.heads().journalRemoveJournalHead(bh))
        .then(() -> AddressSpaceActor.putBh(bh))
        .map(count -> Done.DONE);
  }
}
