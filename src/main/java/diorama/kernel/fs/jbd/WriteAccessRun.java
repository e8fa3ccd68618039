package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.data.Content;
import diorama.kernel.fs.Buffer;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** One run of {@code do_get_write_access}, transaction.c:524 (2.6.20), with its locals. */
final class WriteAccessRun {
  private final Jbd jbd;
  private final ActorRef<JournalActor.Command> journal;
  private final Buffer buffer;
  private final Filing filing;
  private final JournalHead jh;
  private final BufferHead bh;
  private final Transaction transaction;

  private boolean haveFrozenBuffer;
  private long error;

  WriteAccessRun(Jbd jbd, JournalHead jh, Handle handle) {
    this.jbd = jbd;
    this.journal = jbd.journal();
    this.buffer = jbd.buffer();
    this.filing = jbd.filing();
    this.jh = jh;
    this.bh = jh.bh();
    this.transaction = handle.transaction();
  }

  /** Returns 0 or -EROFS. */
  Step<Long> run() {
    return Step.loop(this::tryOnce).then(() -> Step.done(error));
  }

  /** Whether to repeat. */
  private Step<Boolean> tryOnce() {
    return buffer
        .lockBuffer(bh)
        .then(() -> LockRequest.lockBhState(journal, bh))
        .then(() -> AddressSpaceActor.bufferFlags(bh))
        .then(
            flags ->
                Step.when(
                    flags.dirty(), jbd.isJbd2() ? this::cleanDirty : this::unexpectedDirtyBuffer))
        .then(() -> AddressSpaceActor.unlockBuffer(bh))
        .then(() -> TransactionRequest.isAborted(journal))
        .then(aborted -> aborted ? giveUp() : decide());
  }

  /** {@code jbd_unexpected_dirty_buffer}: somebody else dirtied a journalled buffer. */
  private Step<Done> unexpectedDirtyBuffer() {
    return BufferRequest.hidesDirty(journal, jh)
        .then(
            hides ->
                Step.when(
                    hides,
                    () ->
                        AddressSpaceActor.testClearBufferDirty(bh)
                            .then(was -> BufferRequest.hideDirty(journal, jh))));
  }

  /**
   * jbd2 (4.2): the dirty flag goes in any case, under the buffer lock, so that no write-out runs
   * beside it. On a buffer that a transaction has it should not be set.
   */
  private Step<Done> cleanDirty() {
    return Jbd2Request.isFiled(journal, jh)
        .then(filed -> Step.when(filed, () -> filing.warnDirtyBuffer(bh)))
        .then(() -> AddressSpaceActor.testClearBufferDirty(bh))
        .then(was -> BufferRequest.hideDirty(journal, jh));
  }

  private Step<Boolean> giveUp() {
    error = -Errno.EROFS;
    return LockRequest.unlockBhState(journal, bh).map(d -> false);
  }

  private Step<Boolean> decide() {
    return BufferRequest.writeAccess(journal, jh, transaction, haveFrozenBuffer)
        .then(
            decision ->
                switch (decision) {
                  case DONE -> unlock(false);
                  case SHADOW ->
                      unlock(true)
                          .then(() -> BufferRequest.waitUnshadow(journal, jh))
                          .map(d -> true);
                  case ALLOCATE_COPY -> {
                    haveFrozenBuffer = true;
                    yield unlock(true);
                  }
                  case COPY ->
                      content()
                          .then(copy -> BufferRequest.freeze(journal, jh, transaction, copy))
                          .then(() -> unlock(false));
                  case RESERVE ->
                      LockRequest.lockList(journal)
                          .then(() -> filing.doJournalFileBuffer(jh, transaction, Jlist.RESERVED))
                          .then(() -> LockRequest.unlockList(journal))
                          .then(() -> unlock(false));
                });
  }

  private Step<Boolean> unlock(boolean repeat) {
    return LockRequest.unlockBhState(journal, bh).map(d -> repeat);
  }

  private Step<Content> content() {
    int sectors = bh.size() / 512;
    return AddressSpaceActor.content(bh.page())
        .map(page -> page.slice(bh.number() * sectors, sectors));
  }
}
