package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.jbd.Journal.Started;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Handles: the part of {@code fs/jbd/transaction.c} and {@code fs/jbd/journal.c} that file systems
 * call to open and close an update and to wait for commits.
 *
 * <p>A handle keeps its transaction from being committed, so whoever holds one must not wait for
 * somebody who wants one. Page locks are taken before, i_mutex outside of both.
 */
public final class Jbd {
  /** One tick of the kernel's clock at HZ=250. */
  private static final Duration JIFFY = Duration.ofMillis(4);

  private final KernelProfile profile;
  private final ActorRef<JournalActor.Command> journal;
  private final JournalSettings settings;
  private final Host host;
  private final Buffer buffer;
  private final Inode bdev;
  private final JournalHeads heads;
  private final Filing filing;
  private final JbdBuffers buffers;
  private final Jbd2Buffers jbd2;
  private final Checkpoint checkpoint;

  /**
   * The journal of a file system.
   *
   * @param bdev the inode of the device that the log is on
   */
  public Jbd(
      KernelProfile profile,
      ActorRef<JournalActor.Command> journal,
      JournalSettings settings,
      Host host,
      Buffer buffer,
      Inode bdev) {
    this.profile = profile;
    this.journal = journal;
    this.settings = settings;
    this.host = host;
    this.buffer = buffer;
    this.bdev = bdev;
    this.heads = new JournalHeads(journal);
    this.filing = new Filing(this);
    this.buffers = new JbdBuffers(this);
    this.jbd2 = new Jbd2Buffers(this);
    this.checkpoint = new Checkpoint(this);
  }

  /** What file systems do with the buffers of a handle. */
  public JbdBuffers buffers() {
    return buffers;
  }

  /** What only jbd2 does for file systems. */
  public Jbd2Buffers jbd2() {
    return jbd2;
  }

  /** Whether it is jbd2's. */
  boolean isJbd2() {
    return settings.version() == JbdVersion.JBD2;
  }

  /** What a function of jbd is called here. */
  String name(String jbdName) {
    return settings.version().name(jbdName);
  }

  KernelProfile profile() {
    return profile;
  }

  ActorRef<JournalActor.Command> journal() {
    return journal;
  }

  JournalSettings settings() {
    return settings;
  }

  Host host() {
    return host;
  }

  Buffer buffer() {
    return buffer;
  }

  Inode bdev() {
    return bdev;
  }

  JournalHeads heads() {
    return heads;
  }

  Filing filing() {
    return filing;
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  /** {@code journal_current_handle}: what {@code current} has open, or null. */
  public static @Nullable Handle currentHandle(Context context) {
    return (Handle) context.journalInfo();
  }

  /**
   * {@code journal_start}, transaction.c:265 (2.6.20): opens an update that may change {@code
   * nblocks} buffers, or joins the one that this context has open. Sleeps while commit locks
   * updates and while the log is full. A handle, or -EROFS or -ENOSPC in one.
   */
  public Step<Handle> journalStart(int nblocks) {
    return Step.function(
        name("journal_start"),
        () ->
            Step.current(
                context -> {
                  Handle open = currentHandle(context);
                  if (open != null) {
                    open.ref++;
                    return Step.done(open);
                  }
                  Handle handle = new Handle(nblocks);
                  context.setJournalInfo(handle);
                  return startThisHandle(context, handle)
                      .map(error -> error == 0 ? handle : noHandle(context, error));
                }));
  }

  private static Handle noHandle(Context context, long error) {
    context.setJournalInfo(null);
    return Handle.err(error);
  }

  /** {@code start_this_handle}, transaction.c:82 (2.6.20). Returns 0, -ENOSPC or -EROFS. */
  private Step<Long> startThisHandle(Context context, Handle handle) {
    int nblocks = handle.bufferCredits;
    return Step.function(
        "start_this_handle",
        () -> {
          if (nblocks > settings.maxTransactionBuffers()) {
            host.printk(
                context,
                (isJbd2() ? "JBD2: " : "JBD: ")
                    + context.comm()
                    + " wants too many credits ("
                    + nblocks
                    + " > "
                    + settings.maxTransactionBuffers()
                    + ")");
            return Step.done(-(long) Errno.ENOSPC);
          }
          long[] error = {0};
          return Step.loop(
                  () ->
                      TransactionRequest.startThisHandle(journal, nblocks)
                          .then(started -> goOn(started, handle, error)))
              .then(() -> Step.done(error[0]));
        });
  }

  /** Whether start_this_handle has to try again. */
  private Step<Boolean> goOn(Started started, Handle handle, long[] error) {
    return switch (started.admission()) {
      case GRANTED -> {
        handle.join(Objects.requireNonNull(started.transaction()));
        yield Step.done(false);
      }
      case RETRY -> TransactionRequest.stayWithoutHandle(journal).map(d -> true);
      case LOG_FULL ->
          TransactionRequest.stayWithoutHandle(journal)
              .then(checkpoint::logWaitForSpace)
              .map(d -> true);
      case ABORTED -> {
        error[0] = -Errno.EROFS;
        yield TransactionRequest.stayWithoutHandle(journal).map(d -> false);
      }
    };
  }

  /**
   * {@code journal_stop}, transaction.c:1324 (2.6.20): closes an update; wakes commit if it waits
   * for this one, and asks for a commit of a transaction that is too old, too big or to be
   * synchronous. Returns 0, or -EIO if the journal was aborted.
   */
  public Step<Long> journalStop(Handle handle) {
    return Step.function(
        name("journal_stop"),
        () ->
            --handle.ref > 0
                ? TransactionRequest.isAborted(journal).map(Jbd::handleError)
                : lastReference(handle));
  }

  private static long handleError(boolean aborted) {
    return aborted ? -Errno.EIO : 0;
  }

  private Step<Long> lastReference(Handle handle) {
    return Step.current(
        context ->
            Step.when(handle.sync, () -> letOthersJoin(context, handle.transaction()))
                .then(() -> endHandle(context, handle))
                .then(
                    aborted ->
                        handle.sync
                            ? logWaitCommit(handle.transaction().tid())
                            : Step.done(handleError(aborted))));
  }

  /** Leaves the transaction; answers whether the journal is aborted. */
  private Step<Boolean> endHandle(Context context, Handle handle) {
    context.setJournalInfo(null);
    return TransactionRequest.stopHandle(
        journal, handle.transaction(), handle.bufferCredits, handle.sync);
  }

  /**
   * Waits as long as other contexts keep joining the transaction, unless this context was the last
   * one to write synchronously as well.
   */
  private Step<Done> letOthersJoin(Context context, Transaction transaction) {
    return TransactionRequest.newSyncWriter(journal, context.pid())
        .then(other -> Step.when(other, () -> Step.loop(() -> joinedDuringOneTick(transaction))));
  }

  private Step<Boolean> joinedDuringOneTick(Transaction transaction) {
    return TransactionRequest.handleCount(journal, transaction)
        .then(
            before ->
                Step.delay(host.timers().scaled(JIFFY))
                    .then(() -> TransactionRequest.handleCount(journal, transaction))
                    .map(after -> !after.equals(before)));
  }

  /** {@code journal_extend}, transaction.c:313 (2.6.20): whether there are more credits now. */
  public Step<Boolean> journalExtend(Handle handle, int nblocks) {
    return Step.function(
        name("journal_extend"),
        () ->
            TransactionRequest.extend(journal, handle.transaction(), nblocks)
                .map(
                    granted -> {
                      handle.bufferCredits += granted ? nblocks : 0;
                      return granted;
                    }));
  }

  /**
   * {@code journal_restart}, transaction.c:378 (2.6.20): has the transaction so far committed and
   * goes on in a new one. Returns 0 or a negative errno.
   */
  public Step<Long> journalRestart(Handle handle, int nblocks) {
    return Step.function(
        name("journal_restart"),
        () ->
            TransactionRequest.isAborted(journal)
                .then(aborted -> aborted ? Step.done(0L) : restart(handle, nblocks)));
  }

  private Step<Long> restart(Handle handle, int nblocks) {
    return Step.current(
        context ->
            TransactionRequest.leaveForRestart(journal, handle.transaction(), handle.bufferCredits)
                .then(
                    () -> {
                      handle.bufferCredits = nblocks;
                      return startThisHandle(context, handle);
                    }));
  }

  /** Reads {@code handle->h_transaction->t_state}. */
  public Step<Transaction.State> transactionState(Handle handle) {
    return TransactionRequest.state(journal, handle.transaction());
  }

  // ---- commits ----

  /** {@code log_start_commit}, journal.c:450 (2.6.20). */
  public Step<Done> logStartCommit(int tid) {
    return TransactionRequest.logStartCommit(journal, tid);
  }

  /**
   * {@code log_wait_commit}, journal.c:522 (2.6.20): sleeps until the transaction is in the log.
   * Returns 0, or -EIO if the journal is aborted.
   */
  public Step<Long> logWaitCommit(int tid) {
    return Step.function(
        name("log_wait_commit"),
        () ->
            Step.loop(() -> TransactionRequest.logWaitCommit(journal, tid).map(done -> !done))
                .then(() -> TransactionRequest.isAborted(journal))
                .then(aborted -> aborted ? commitIoError() : Step.done(0L)));
  }

  private Step<Long> commitIoError() {
    return Step.current(
        context -> {
          host.printk(context, "journal commit I/O error");
          return Step.done(-(long) Errno.EIO);
        });
  }

  /**
   * {@code journal_force_commit}, transaction.c:1426 (2.6.20): commits what there is and waits.
   * Returns 0 or a negative errno.
   */
  public Step<Long> journalForceCommit() {
    return Step.function(
        name("journal_force_commit"),
        () ->
            journalStart(1)
                .then(
                    handle -> {
                      if (handle.isErr()) {
                        return Step.done(handle.ptrErr());
                      }
                      handle.setSync();
                      return journalStop(handle);
                    }));
  }

  /**
   * {@code journal_abort}, journal.c:1544 (2.6.20): no commit reaches the log from here on. New
   * handles get -EROFS, who waits for a commit gets -EIO.
   *
   * @param error a negative errno to be recorded, or 0
   */
  public Step<Done> journalAbort(long error) {
    return Step.function(
        name("__journal_abort_hard"),
        () ->
            TransactionRequest.abort(journal, error)
                .then(
                    news ->
                        Step.current(
                            context -> {
                              if (news) {
                                host.printk(
                                    context,
                                    "Aborting journal on device "
                                        + buffer.bdevname()
                                        + (isJbd2() ? "-8." : "."));
                              }
                              return Step.done();
                            })));
  }

  /** {@code journal_kill_thread}, journal.c:220 (2.6.20): kjournald ends. */
  public Step<Done> journalKillThread() {
    return TransactionRequest.killThread(journal);
  }

  /** Whether nothing is open, wanted or held: asked when a machine has come to rest. */
  public Step<Boolean> atRest() {
    return TransactionRequest.atRest(journal);
  }
}
