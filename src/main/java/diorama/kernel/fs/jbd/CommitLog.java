package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.data.Content;
import diorama.kernel.fs.Rw;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The metadata of a commit: its way into the log, with the locals of that part of {@code
 * journal_commit_transaction}.
 *
 * <p>The kernel writes a metadata block to the log through a temporary buffer_head that borrows the
 * block's memory. Here the log block's own buffer takes that part and holds the content; who may
 * see or change what is the same.
 */
final class CommitLog {
  private static final int HEADER_SIZE = 12;
  private static final int UUID_SIZE = 16;

  private final Jbd jbd;
  private final ActorRef<JournalActor.Command> journal;
  private final Transaction transaction;

  private List<BufferHead> wbuf = new ArrayList<>();
  private boolean descriptor;
  private boolean firstTag;
  private int spaceLeft;
  private long error;

  CommitLog(Jbd jbd, Transaction transaction) {
    this.jbd = jbd;
    this.journal = jbd.journal();
    this.transaction = transaction;
  }

  /** Writes the metadata, waits for it, and then writes the commit record. Returns 0 or -EIO. */
  Step<Long> write() {
    return Step.loop(this::logNext)
        .then(this::startJournalIo)
        .then(() -> enter(Transaction.State.COMMIT_DFLUSH))
        .then(() -> Step.loop(this::waitForIobuf))
        .then(() -> Step.loop(this::waitForCtlbuf))
        .then(() -> enter(Transaction.State.COMMIT_JFLUSH))
        .then(this::journalWriteCommitRecord)
        .then(() -> jbd.isJbd2() ? jbd.jbd2().traceRecord(transaction, error) : Step.done())
        .then(() -> Step.done(error));
  }

  /** jbd has no names for these parts of T_COMMIT. */
  private Step<Done> enter(Transaction.State state) {
    return jbd.isJbd2() ? jbd.jbd2().enter(transaction, state) : Step.done();
  }

  // ---- phase 3: metadata to the log, commit.c:491 (2.6.20) ----

  private Step<Boolean> logNext() {
    return BufferRequest.first(journal, transaction, Jlist.METADATA)
        .then(
            entry -> {
              JournalHead jh = entry.jh();
              return jh == null ? Step.done(false) : logUnlessAborted(jh).map(d -> true);
            });
  }

  private Step<Done> logUnlessAborted(JournalHead jh) {
    return TransactionRequest.isAborted(journal)
        .then(
            aborted ->
                aborted
                    ? jbd.filing().journalRefileBuffer(jh)
                    : Step.when(!descriptor, this::startDescriptor).then(() -> log(jh)));
  }

  private Step<Done> startDescriptor() {
    return journalGetDescriptorBuffer()
        .then(
            jh -> {
              descriptor = true;
              firstTag = true;
              spaceLeft = jbd.settings().blocksize() - HEADER_SIZE;
              wbuf.add(jh.bh());
              return BufferRequest.fileLocked(journal, jh, transaction, Jlist.LOG_CTL);
            });
  }

  /** {@code journal_get_descriptor_buffer}, journal.c:618 (2.6.20). */
  private Step<JournalHead> journalGetDescriptorBuffer() {
    return Step.function(
        jbd.name("journal_get_descriptor_buffer"),
        () ->
            TransactionRequest.nextLogBlock(journal, null)
                .then(block -> logBuffer(block, Content.stamped(stamp(), 0, sectors()))));
  }

  /** The buffer of a log block, locked while it is filled. */
  private Step<JournalHead> logBuffer(long logBlock, Content content) {
    return jbd.buffer()
        .getblk(jbd.bdev(), jbd.settings().firstBlock() + logBlock)
        .then(
            bh ->
                jbd.buffer()
                    .lockBuffer(bh)
                    .then(() -> AddressSpaceActor.fill(bh.page(), bh.number() * sectors(), content))
                    .then(() -> AddressSpaceActor.setBufferUptodate(bh, true))
                    .then(() -> AddressSpaceActor.unlockBuffer(bh))
                    .then(() -> jbd.heads().journalAddJournalHead(bh)));
  }

  private Step<Done> log(JournalHead jh) {
    return TransactionRequest.nextLogBlock(journal, transaction)
        .then(
            block ->
                AddressSpaceActor.getBh(jh.bh()).then(() -> journalWriteMetadataBuffer(jh, block)))
        .then(() -> BufferRequest.first(journal, transaction, Jlist.METADATA))
        .then(
            next -> {
              spaceLeft -= JournalSettings.TAG_SIZE + (firstTag ? UUID_SIZE : 0);
              firstTag = false;
              boolean full =
                  wbuf.size() == jbd.settings().wbufsize()
                      || next.jh() == null
                      || spaceLeft < JournalSettings.TAG_SIZE + UUID_SIZE;
              return Step.when(full, this::startJournalIo);
            });
  }

  /**
   * {@code journal_write_metadata_buffer}, journal.c:271 (2.6.20): what the transaction left in the
   * buffer goes to the log, from the frozen copy if a later transaction has changed it since. The
   * buffer may not change while it is on BJ_Shadow.
   */
  private Step<Done> journalWriteMetadataBuffer(JournalHead jh, long logBlock) {
    return Step.function(
        jbd.name("journal_write_metadata_buffer"),
        () ->
            LockRequest.lockBhState(journal, jh.bh())
                .then(() -> contentToLog(jh))
                .then(
                    content ->
                        LockRequest.unlockBhState(journal, jh.bh())
                            .then(() -> logBuffer(logBlock, content)))
                .then(
                    newJh -> {
                      wbuf.add(newJh.bh());
                      return jbd.filing()
                          .journalFileBuffer(jh, transaction, Jlist.SHADOW)
                          .then(
                              () ->
                                  BufferRequest.fileLocked(journal, newJh, transaction, Jlist.IO));
                    }));
  }

  private Step<Content> contentToLog(JournalHead jh) {
    return BufferRequest.frozen(journal, jh)
        .then(
            frozen ->
                frozen.content() != null
                    ? Step.<Content>done(frozen.content())
                    : AddressSpaceActor.content(jh.bh().page())
                        .map(page -> page.slice(jh.bh().number() * sectors(), sectors())));
  }

  /**
   * Label {@code start_journal_io}: what was collected goes out; the next one needs a descriptor.
   */
  private Step<Done> startJournalIo() {
    List<BufferHead> bhs = wbuf;
    wbuf = new ArrayList<>();
    descriptor = false;
    return Step.forEach(
        bhs,
        bh ->
            jbd.buffer()
                .lockBuffer(bh)
                .then(() -> AddressSpaceActor.testClearBufferDirty(bh))
                .then(() -> AddressSpaceActor.setBufferUptodate(bh, true))
                .then(
                    () ->
                        jbd.buffer()
                            .submitBh(Rw.WRITE, bh, false, CommitLog::journalEndBufferIoSync)));
  }

  /** {@code journal_end_buffer_io_sync}, commit.c:27 (2.6.20), in interrupt. */
  private static Step<Done> journalEndBufferIoSync(BufferHead bh, boolean uptodate) {
    return Step.function(
        "journal_end_buffer_io_sync",
        () ->
            AddressSpaceActor.setBufferUptodate(bh, uptodate)
                .then(() -> AddressSpaceActor.unlockBuffer(bh)));
  }

  // ---- phases 4 and 5: wait, last submitted first ----

  private Step<Boolean> waitForIobuf() {
    return BufferRequest.last(journal, transaction, Jlist.IO)
        .then(entry -> entry.jh() == null ? Step.done(false) : endIobuf(entry.jh()));
  }

  private Step<Boolean> endIobuf(JournalHead jh) {
    return AddressSpaceActor.bufferFlags(jh.bh())
        .then(
            flags -> {
              if (flags.locked()) {
                return jbd.buffer().doWaitOnBuffer(jh.bh()).map(u -> true);
              }
              error = flags.uptodate() ? error : -(long) Errno.EIO;
              return releaseLogBuffer(jh).then(this::releaseShadow).map(d -> true);
            });
  }

  private Step<Done> releaseLogBuffer(JournalHead jh) {
    return BufferRequest.unfileLocked(journal, jh)
        .then(() -> jbd.heads().journalPutJournalHead(jh))
        .then(() -> AddressSpaceActor.putBh(jh.bh()))
        .map(count -> Done.DONE);
  }

  /** The block is in the log: the buffer may change again, and waits for the checkpoint. */
  private Step<Done> releaseShadow() {
    return BufferRequest.last(journal, transaction, Jlist.SHADOW)
        .then(
            entry -> {
              JournalHead jh = java.util.Objects.requireNonNull(entry.jh());
              return jbd.filing()
                  .journalFileBuffer(jh, transaction, Jlist.FORGET)
                  .then(() -> BufferRequest.wakeUnshadow(journal, jh.bh()))
                  .then(() -> AddressSpaceActor.putBh(jh.bh()))
                  .map(count -> Done.DONE);
            });
  }

  private Step<Boolean> waitForCtlbuf() {
    return BufferRequest.last(journal, transaction, Jlist.LOG_CTL)
        .then(entry -> entry.jh() == null ? Step.done(false) : endCtlbuf(entry.jh()));
  }

  private Step<Boolean> endCtlbuf(JournalHead jh) {
    return AddressSpaceActor.bufferFlags(jh.bh())
        .then(
            flags -> {
              if (flags.locked()) {
                return jbd.buffer().doWaitOnBuffer(jh.bh()).map(u -> true);
              }
              error = flags.uptodate() ? error : -(long) Errno.EIO;
              return releaseLogBuffer(jh).map(d -> true);
            });
  }

  // ---- phase 6 ----

  /**
   * {@code journal_write_commit_record}, commit.c:103 (2.6.20): from the end of this write on the
   * transaction survives a crash. With barriers, nothing that was written before is behind it.
   */
  private Step<Done> journalWriteCommitRecord() {
    return Step.function(
        "journal_write_commit_record",
        () ->
            TransactionRequest.isAborted(journal)
                .then(aborted -> Step.when(!aborted, this::writeRecord)));
  }

  private Step<Done> writeRecord() {
    return journalGetDescriptorBuffer()
        .then(
            jh ->
                Step.function("sync_dirty_buffer", () -> syncRecord(jh.bh()))
                    .then(
                        result -> {
                          error = result != 0 ? result : error;
                          return AddressSpaceActor.putBh(jh.bh());
                        })
                    .then(() -> jbd.heads().journalPutJournalHead(jh)));
  }

  private Step<Long> syncRecord(BufferHead bh) {
    return jbd.buffer()
        .lockBuffer(bh)
        .then(() -> jbd.buffer().writeLockedAndWait(bh, jbd.settings().barrier()));
  }

  private int sectors() {
    return jbd.settings().blocksize() / 512;
  }

  /** What marks the blocks of the log itself: no write of a program has a stamp below 0. */
  private long stamp() {
    return -1L - transaction.tid();
  }
}
