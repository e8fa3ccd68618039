package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;

/**
 * The list management of {@code fs/jbd/transaction.c} where it changes a buffer's dirty bit, which
 * the journal hides while it has the buffer and shows to the VM when it lets go.
 */
final class Filing {
  private final Jbd jbd;
  private final ActorRef<JournalActor.Command> journal;
  private final JournalHeads heads;

  Filing(Jbd jbd) {
    this.jbd = jbd;
    this.journal = jbd.journal();
    this.heads = jbd.heads();
  }

  /** {@code __journal_file_buffer}, transaction.c:1946 (2.6.20), under bh_state and j_list_lock. */
  Step<Done> doJournalFileBuffer(JournalHead jh, Transaction transaction, Jlist jlist) {
    Step<Boolean> wasDirty =
        jlist.hidesDirty() ? AddressSpaceActor.testClearBufferDirty(jh.bh()) : Step.done(false);
    return wasDirty
        .then(
            dirty ->
                Step.when(dirty && jbd.isJbd2(), () -> warnDirtyBuffer(jh.bh()))
                    .then(() -> BufferRequest.file(journal, jh, transaction, jlist, dirty)))
        .then(exposed -> expose(jh, exposed));
  }

  /**
   * {@code warn_dirty_buffer} of jbd2: a buffer that the journal has is dirty, so that write-back
   * can bring it home before it is in the log.
   */
  Step<Done> warnDirtyBuffer(BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags ->
                Step.current(
                    context -> {
                      jbd.host()
                          .printk(
                              context,
                              "JBD2: Spotted dirty metadata buffer (dev = %s, blocknr = %d). "
                                      .formatted(jbd.buffer().bdevname(), flags.blocknr())
                                  + "There's a risk of filesystem corruption in case of system"
                                  + " crash.");
                      jbd.host()
                          .tracer()
                          .emit(
                              Tracepoint.of(
                                  "warn_dirty_buffer", context, bh, "blocknr=%d", flags.blocknr()));
                      return Step.done();
                    }));
  }

  /** {@code __journal_unfile_buffer}, transaction.c:1556 (2.6.20), under both locks. */
  Step<Done> doJournalUnfileBuffer(JournalHead jh) {
    return BufferRequest.unfile(journal, jh).then(exposed -> expose(jh, exposed));
  }

  /** {@code __journal_refile_buffer}, transaction.c:2037 (2.6.20), under both locks. */
  Step<Done> doJournalRefileBuffer(JournalHead jh) {
    return BufferRequest.refile(journal, jh)
        .then(
            refiled ->
                refiled.next() == null
                    ? expose(jh, refiled.exposed())
                    : AddressSpaceActor.testClearBufferDirty(jh.bh())
                        .then(dirty -> BufferRequest.fileRefiled(journal, jh, refiled, dirty)));
  }

  /** {@code mark_buffer_dirty} of a buffer that the journal has let go. */
  Step<Done> expose(JournalHead jh, boolean exposed) {
    return Step.when(exposed, () -> AddressSpaceActor.markBufferDirty(jh.bh()));
  }

  /** {@code journal_file_buffer}, transaction.c:2017 (2.6.20). */
  Step<Done> journalFileBuffer(JournalHead jh, Transaction transaction, Jlist jlist) {
    return Step.function(
        jbd.name("journal_file_buffer"),
        () ->
            LockRequest.lockBhState(journal, jh.bh())
                .then(() -> LockRequest.lockList(journal))
                .then(() -> doJournalFileBuffer(jh, transaction, jlist))
                .then(() -> LockRequest.unlockList(journal))
                .then(() -> LockRequest.unlockBhState(journal, jh.bh())));
  }

  /** {@code journal_refile_buffer}, transaction.c:2083 (2.6.20). */
  Step<Done> journalRefileBuffer(JournalHead jh) {
    return Step.function(
        jbd.name("journal_refile_buffer"),
        () ->
            LockRequest.lockBhState(journal, jh.bh())
                .then(() -> LockRequest.lockList(journal))
                .then(() -> doJournalRefileBuffer(jh))
                .then(() -> LockRequest.unlockBhState(journal, jh.bh()))
                .then(() -> heads.journalRemoveJournalHead(jh.bh()))
                .then(() -> LockRequest.unlockList(journal))
                .then(() -> AddressSpaceActor.putBh(jh.bh()))
                .map(count -> Done.DONE));
  }
}
