package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.Inode;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Oops;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What {@code fs/jbd2} (4.2) has and {@code fs/jbd} does not: inodes of ordered data, buffers that
 * are truncated while commit has them, and callbacks of a commit.
 */
public final class Jbd2Buffers {
  private static final String COMMIT_C = "fs/jbd2/commit.c";
  private static final String COMMIT = "jbd2_journal_commit_transaction";

  /** How commit writes the data of an inode and waits for them: 0 or a negative errno. */
  public interface OrderedData {
    /** {@code journal_submit_inode_data_buffers}: blocks that are allocated already only. */
    Step<Long> submit(Inode inode);

    /** {@code filemap_fdatawait}. */
    Step<Long> await(Inode inode);

    /** Nothing to write. */
    OrderedData NONE =
        new OrderedData() {
          @Override
          public Step<Long> submit(Inode inode) {
            return Step.done(0L);
          }

          @Override
          public Step<Long> await(Inode inode) {
            return Step.done(0L);
          }
        };
  }

  private final Jbd jbd;
  private final ActorRef<JournalActor.Command> journal;
  private volatile @Nullable Context committer;
  private OrderedData orderedData = OrderedData.NONE;
  private Function<Integer, Step<Done>> callback = tid -> Step.done();

  Jbd2Buffers(Jbd jbd) {
    this.jbd = jbd;
    this.journal = jbd.journal();
  }

  /**
   * Set once, before the journal is used.
   *
   * @param callback {@code j_commit_callback}, with the tid of what was committed
   */
  public void onCommit(OrderedData data, Function<Integer, Step<Done>> callback) {
    this.orderedData = data;
    this.callback = callback;
  }

  /** Whether this context is kjournald2. */
  public boolean isCommitter(Context context) {
    return context == committer;
  }

  /** {@code kjournald2} has started. */
  Step<Done> started() {
    return Step.current(
        context -> {
          committer = context;
          return Step.done();
        });
  }

  OrderedData orderedData() {
    return orderedData;
  }

  /**
   * {@code jbd2_journal_file_inode}: its data are to be on disk before the handle's transaction.
   */
  public Step<Done> journalFileInode(Handle handle, Inode inode) {
    return Step.function(
        "jbd2_journal_file_inode",
        () -> Jbd2Request.fileInode(journal, handle.transaction(), inode));
  }

  /** {@code buffer_freed}: truncated while commit had it. */
  public Step<Boolean> isFreed(BufferHead bh) {
    return Jbd2Request.freed(journal, bh);
  }

  /** {@code buffer_jbddirty}: it is to be written home once it is in the log. */
  public Step<Boolean> isJbdDirty(BufferHead bh) {
    return Jbd2Request.jbdDirty(journal, bh);
  }

  // ---- truncation ----

  /**
   * {@code jbd2_journal_invalidatepage}, fs/jbd2/transaction.c (4.2), with the page locked: the
   * journal lets go of the buffers of a page that is truncated whole.
   */
  public Step<Done> journalInvalidatepage(Page page) {
    return Step.function(
        "jbd2_journal_invalidatepage",
        () ->
            AddressSpaceActor.pageBuffers(page)
                .then(buffers -> unmapAll(buffers))
                .then(() -> AddressSpaceActor.tryToFreeBuffers(page))
                .map(freed -> Done.DONE));
  }

  private Step<Done> unmapAll(List<BufferHead> buffers) {
    return Step.forEach(
        buffers,
        bh ->
            jbd.buffer()
                .lockBuffer(bh)
                .then(() -> journalUnmapBuffer(bh))
                .then(() -> AddressSpaceActor.unlockBuffer(bh)));
  }

  /** {@code journal_unmap_buffer}, fs/jbd2/transaction.c (4.2), buffer locked. */
  private Step<Done> journalUnmapBuffer(BufferHead bh) {
    return Step.function(
        "journal_unmap_buffer",
        () ->
            HeadRequest.grab(journal, bh)
                .then(
                    grabbed ->
                        grabbed.jh() == null ? Step.done(true) : takeFromJournal(grabbed.jh()))
                .then(zap -> Step.when(zap, () -> zapBuffer(bh))));
  }

  private Step<Boolean> takeFromJournal(JournalHead jh) {
    return AddressSpaceActor.bufferFlags(jh.bh())
        .then(flags -> Jbd2Request.unmapBuffer(journal, jh, flags.dirty()))
        .alsoDo(() -> jbd.heads().journalPutJournalHead(jh));
  }

  private static Step<Done> zapBuffer(BufferHead bh) {
    return AddressSpaceActor.testClearBufferDirty(bh)
        .then(() -> AddressSpaceActor.mapBuffer(bh, -1, false));
  }

  // ---- commit ----

  /** Phase 6, under bh_state and j_list_lock: what was truncated meanwhile is not kept. */
  Step<Done> dropFreed(JournalHead jh) {
    return Jbd2Request.dropFreed(journal, jh)
        .then(drop -> Step.when(drop, () -> AddressSpaceActor.mapBuffer(jh.bh(), -1, false)));
  }

  /** {@code J_ASSERT_BH(bh, !buffer_dirty(bh))} of a buffer that need not be written home. */
  Step<Done> assertClean(JournalHead jh) {
    return Jbd2Request.jbdDirty(journal, jh.bh())
        .then(
            keeps ->
                keeps
                    ? Step.done()
                    : AddressSpaceActor.bufferFlags(jh.bh())
                        .then(flags -> flags.dirty() ? die() : Step.done()));
  }

  private Step<Done> die() {
    return Step.die(new Oops.Bug(COMMIT_C, jbd.profile().line(COMMIT_C, COMMIT), List.of()));
  }

  /** {@code j_commit_callback}, between T_COMMIT_CALLBACK and T_FINISHED. */
  Step<Done> commitCallback(Transaction transaction) {
    return callback
        .apply(transaction.tid())
        .then(() -> enter(transaction, Transaction.State.FINISHED));
  }

  /** {@code commit_transaction->t_state = ...}. */
  Step<Done> enter(Transaction transaction, Transaction.State state) {
    return Jbd2Request.enter(journal, transaction, state);
  }

  // ---- for those who watch ----

  /** The buffer is to be in the log before it is home. */
  Step<Done> traceJoined(Handle handle, BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags ->
                Step.current(
                    context -> {
                      jbd.host()
                          .tracer()
                          .emit(
                              new Tracepoint(
                                  "jbd2_journal_dirty_metadata",
                                  context,
                                  bh,
                                  handle.transaction(),
                                  "sector=%d tid=%d",
                                  flags.blocknr() * (bh.size() / 512),
                                  handle.transaction().tid()));
                      return Step.done();
                    }));
  }

  /** The commit record is on the device, or the journal is aborted. */
  Step<Done> traceRecord(Transaction transaction, long error) {
    return Step.current(
        context -> {
          jbd.host()
              .tracer()
              .emit(
                  new Tracepoint(
                      "jbd2_end_commit",
                      context,
                      transaction,
                      null,
                      "tid=%d error=%d",
                      transaction.tid(),
                      error));
          return Step.done();
        });
  }
}
