package diorama.kernel.fs.jbd;

import diorama.kernel.fs.jbd.Transaction.State;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.SleepingLock;
import diorama.kernel.sched.SpinLock;
import diorama.kernel.sched.WaitQueue;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code journal_t}: the running and the committing transaction, the log, and who waits for them.
 *
 * <p>j_state_lock guards the transactions' states and counts (t_handle_lock, always nested in it,
 * is not modelled apart), j_list_lock their lists. Both are real locks, because commit holds them
 * across operations on buffers; a section of anybody else waits while it does.
 */
public final class Journal {
  /** How {@code start_this_handle} went on. */
  public enum Admission {
    /** The handle is part of the running transaction. */
    GRANTED,
    /** It slept, or its transaction had to be committed first: it tries again. */
    RETRY,
    /** The log is short of space: it checkpoints and tries again. */
    LOG_FULL,
    /** The journal is aborted: -EROFS. */
    ABORTED
  }

  /** An answer of {@code start_this_handle}; the transaction is null unless it was granted. */
  public record Started(Admission admission, @Nullable Transaction transaction) {}

  /** What kjournald does next. */
  public enum Work {
    COMMIT,
    LOOK_AGAIN,
    UNMOUNT
  }

  final SpinLock stateLock = new SpinLock();
  final SpinLock listLock = new SpinLock();
  final SleepingLock checkpointMutex = new SleepingLock();
  private final WaitQueue<Started> waitTransactionLocked = new WaitQueue<>();
  private final WaitQueue<Boolean> waitUpdates = new WaitQueue<>();
  private final WaitQueue<Work> waitCommit = new WaitQueue<>();
  private final WaitQueue<Boolean> waitDoneCommit = new WaitQueue<>();

  private final JournalSettings settings;
  private final Tracer tracer;
  private final IntConsumer commitTimer;
  final LogSpace log;
  final JournalBuffers buffers;
  final Checkpoints checkpoints;

  private @Nullable Transaction running;
  private @Nullable Transaction committing;
  private int transactionSequence = 1;
  private int commitSequence;
  private int commitRequest;
  private int lastSyncWriter;
  private long errno;
  private boolean aborted;
  private boolean unmount;

  /**
   * An empty journal.
   *
   * @param commitTimer arms a timer that calls {@link #commitTimeout} for this tid after the commit
   *     interval
   */
  public Journal(JournalSettings settings, Tracer tracer, IntConsumer commitTimer) {
    this.settings = settings;
    this.tracer = tracer;
    this.commitTimer = commitTimer;
    this.log = new LogSpace(1, settings.maxlen(), transactionSequence);
    this.checkpoints = new Checkpoints(this);
    this.buffers = new JournalBuffers(this, tracer);
  }

  // ---- handles ----

  /** {@code start_this_handle}: one try, under j_state_lock. Sleeps while commit locks updates. */
  public void startThisHandle(Caller<Started> caller, int nblocks) {
    stateLock.section(caller, () -> tryToStart(caller, nblocks));
  }

  private void tryToStart(Caller<Started> caller, int nblocks) {
    if (aborted || errno != 0) {
      caller.answer(new Started(Admission.ABORTED, null));
      return;
    }
    Transaction transaction = running == null ? getTransaction(caller.context()) : running;
    if (transaction.state == State.LOCKED) {
      trace("start_this_handle: waits for T_LOCKED", caller.context(), transaction);
      waitTransactionLocked.sleep(caller);
    } else if (transaction.outstandingCredits + nblocks > settings.maxTransactionBuffers()) {
      doLogStartCommit(transaction.tid());
      waitTransactionLocked.sleep(caller);
    } else if (log.spaceLeft() < spaceNeeded()) {
      caller.answer(new Started(Admission.LOG_FULL, null));
    } else {
      transaction.outstandingCredits += nblocks;
      transaction.updates++;
      transaction.handleCount++;
      caller.answer(new Started(Admission.GRANTED, transaction));
    }
  }

  /** {@code get_transaction}: a new running transaction, with its commit timer. */
  private Transaction getTransaction(Context context) {
    Transaction transaction = new Transaction(transactionSequence++);
    running = transaction;
    commitTimer.accept(transaction.tid());
    tracePhase(context, transaction);
    return transaction;
  }

  /** {@code jbd_space_needed}. */
  private long spaceNeeded() {
    return settings.maxTransactionBuffers()
        + (committing == null ? 0L : committing.outstandingCredits);
  }

  /** Whether {@code __log_wait_for_space} has to checkpoint; under j_state_lock. */
  public void needsLogSpace(Caller<Boolean> caller) {
    stateLock.section(caller, () -> caller.answer(!aborted && log.spaceLeft() < spaceNeeded()));
  }

  /**
   * The locked part of {@code journal_stop}: the handle's transaction has one update less, and is
   * committed if it is too old, too big or to be synchronous.
   */
  public void stopHandle(
      Caller<Boolean> caller, Transaction transaction, int unusedCredits, boolean sync) {
    stateLock.section(
        caller,
        () -> {
          endUpdate(transaction, unusedCredits);
          boolean tooBig = transaction.outstandingCredits > settings.maxTransactionBuffers();
          if (sync || tooBig || transaction.expired) {
            doLogStartCommit(transaction.tid());
          }
          caller.answer(isAborted());
        });
  }

  /** The locked part of {@code journal_restart}: leaves the transaction and has it committed. */
  public void leaveForRestart(Caller<Done> caller, Transaction transaction, int unusedCredits) {
    stateLock.section(
        caller,
        () -> {
          endUpdate(transaction, unusedCredits);
          doLogStartCommit(transaction.tid());
          caller.answer(Done.DONE);
        });
  }

  private void endUpdate(Transaction transaction, int unusedCredits) {
    if (transaction.updates == 0) {
      throw new IllegalStateException("journal_stop without an update: " + transaction.label());
    }
    transaction.outstandingCredits -= unusedCredits;
    transaction.updates--;
    if (transaction.updates == 0) {
      waitUpdates.wakeAll(false);
    }
  }

  /** {@code journal_extend}: whether the handle got more credits. */
  public void extend(Caller<Boolean> caller, Transaction transaction, int nblocks) {
    stateLock.section(
        caller,
        () -> {
          int wanted = transaction.outstandingCredits + nblocks;
          boolean granted =
              transaction.state == State.RUNNING
                  && wanted <= settings.maxTransactionBuffers()
                  && wanted <= log.spaceLeft();
          if (granted) {
            transaction.outstandingCredits = wanted;
          }
          caller.answer(granted);
        });
  }

  /** Notes who writes synchronously; whether that is somebody else than the last time. */
  public boolean newSyncWriter(int pid) {
    boolean other = lastSyncWriter != pid;
    lastSyncWriter = pid;
    return other;
  }

  // ---- requests for commits ----

  /** {@code log_start_commit}. */
  public void logStartCommit(Caller<Done> caller, int tid) {
    stateLock.section(
        caller,
        () -> {
          doLogStartCommit(tid);
          caller.answer(Done.DONE);
        });
  }

  /** {@code __log_start_commit}, under j_state_lock. */
  private void doLogStartCommit(int tid) {
    if (commitRequest < tid) {
      commitRequest = tid;
      waitCommit.wakeAll(Work.LOOK_AGAIN);
    }
  }

  /**
   * One round of {@code log_wait_commit}: answers true once the transaction has been committed, and
   * false to a sleeper that has to look again.
   */
  public void logWaitCommit(Caller<Boolean> caller, int tid) {
    stateLock.section(
        caller,
        () -> {
          if (tid <= commitSequence) {
            caller.answer(true);
          } else {
            waitDoneCommit.sleep(caller);
            waitCommit.wakeAll(Work.LOOK_AGAIN);
          }
        });
  }

  /** The tid of {@code j_committing_transaction}, 0 if there is none. */
  public void committingTid(Caller<Integer> caller) {
    stateLock.section(caller, () -> caller.answer(committing == null ? 0 : committing.tid()));
  }

  /** The tid that {@code journal_start_commit} would commit or wait for, 0 if there is none. */
  public void newestTid(Caller<Integer> caller) {
    stateLock.section(
        caller,
        () ->
            caller.answer(
                running != null ? running.tid() : committing != null ? committing.tid() : 0));
  }

  // ---- kjournald ----

  /** One round of kjournald's loop, under j_state_lock: what to do next, or sleep until asked. */
  public void kjournaldLoop(Caller<Work> caller) {
    stateLock.section(
        caller,
        () -> {
          if (running != null && running.expired) {
            commitRequest = running.tid();
          }
          if (unmount) {
            caller.answer(Work.UNMOUNT);
          } else if (commitSequence != commitRequest) {
            caller.answer(Work.COMMIT);
          } else {
            waitDoneCommit.wakeAll(false);
            waitCommit.sleep(caller);
          }
        });
  }

  /** A signal ends kjournald's sleep. */
  public void kjournaldSignalled(Caller<Work> caller) {
    if (waitCommit.remove(caller)) {
      caller.wake(Work.LOOK_AGAIN);
    }
  }

  /** {@code commit_timeout}: the transaction is as old as the commit interval. */
  public void commitTimeout(int tid) {
    if (running != null && running.tid() == tid) {
      running.expired = true;
      waitCommit.wakeAll(Work.LOOK_AGAIN);
    }
  }

  /** {@code journal_kill_thread}: kjournald ends when it looks next. */
  public void killThread(Caller<Done> caller) {
    stateLock.section(
        caller,
        () -> {
          unmount = true;
          waitCommit.wakeAll(Work.LOOK_AGAIN);
          caller.answer(Done.DONE);
        });
  }

  // ---- commit ----

  /**
   * Commit locks the running transaction and waits for its updates: answers true, and then holds
   * j_state_lock, once there are none; false to a sleeper that has to look again without the lock.
   */
  public void lockUpdates(Caller<Boolean> caller) {
    stateLock.section(
        caller,
        () -> {
          Transaction transaction = Objects.requireNonNull(running);
          if (transaction.state == State.RUNNING) {
            transaction.state = State.LOCKED;
            tracePhase(caller.context(), transaction);
          }
          if (transaction.updates > 0) {
            waitUpdates.sleep(caller);
          } else {
            stateLock.lock(caller, () -> caller.answer(true));
          }
        });
  }

  /** The transaction that is to be committed. */
  public Transaction transactionToCommit() {
    return Objects.requireNonNull(running);
  }

  /** T_FLUSH: the transaction leaves room for the next one. Its caller gives j_state_lock back. */
  public void beginFlush(Caller<Done> caller) {
    Transaction transaction = Objects.requireNonNull(running);
    transaction.state = State.FLUSH;
    committing = transaction;
    running = null;
    transaction.logStart = log.head();
    tracePhase(caller.context(), transaction);
    waitTransactionLocked.wakeAll(new Started(Admission.RETRY, null));
    stateLock.unlock(caller);
    caller.answer(Done.DONE);
  }

  /** T_COMMIT: all data is on disk, metadata goes to the log. */
  public void beginLogging(Caller<Done> caller, Transaction transaction) {
    transaction.state = State.COMMIT;
    tracePhase(caller.context(), transaction);
    caller.answer(Done.DONE);
  }

  /**
   * T_FINISHED, under j_state_lock and j_list_lock: false if a buffer was filed on t_forget in the
   * meantime.
   */
  public void finish(Caller<Boolean> caller, Transaction transaction) {
    stateLock.lock(
        caller,
        () ->
            listLock.section(
                caller,
                () -> {
                  boolean finished = transaction.list(Jlist.FORGET).isEmpty();
                  if (finished) {
                    transaction.state = settings.version().committed();
                    commitSequence = transaction.tid();
                    committing = null;
                    checkpoints.committed(transaction);
                    tracePhase(caller.context(), transaction);
                  }
                  caller.answer(finished);
                  stateLock.unlock(caller);
                }));
  }

  /** {@code wake_up(&journal->j_wait_done_commit)}. */
  public void wakeDoneCommit() {
    waitDoneCommit.wakeAll(false);
  }

  /** {@code journal_next_log_block} for a transaction, which has one credit less then. */
  public void nextLogBlock(Caller<Long> caller, @Nullable Transaction accounted) {
    stateLock.section(
        caller,
        () -> {
          if (accounted != null) {
            accounted.outstandingCredits--;
          }
          caller.answer(log.nextBlock());
        });
  }

  // ---- the log's tail ----

  /** {@code cleanup_journal_tail}: whether log space came free. */
  public void cleanupTail(Caller<Boolean> caller) {
    stateLock.lock(
        caller,
        () ->
            listLock.section(
                caller,
                () -> {
                  boolean moved = moveTail();
                  caller.answer(moved);
                  stateLock.unlock(caller);
                }));
  }

  private boolean moveTail() {
    Transaction oldest = checkpoints.first();
    long block = log.head();
    int sequence = transactionSequence;
    if (oldest == null) {
      oldest = committing;
    }
    if (oldest != null) {
      block = oldest.logStart;
      sequence = oldest.tid();
    } else if (running != null) {
      sequence = running.tid();
    }
    if (log.tailSequence() == sequence) {
      return false;
    }
    log.moveTail(block, sequence);
    return true;
  }

  // ---- abort ----

  /** {@code is_journal_aborted}. */
  public boolean isAborted() {
    return aborted;
  }

  /**
   * {@code __journal_abort_hard} and {@code __journal_abort_soft}: whether the journal was not
   * aborted before.
   *
   * @param error what {@code j_errno} records, 0 for nothing
   */
  public void abort(Caller<Boolean> caller, long error) {
    stateLock.section(
        caller,
        () -> {
          boolean news = !aborted;
          if (news) {
            aborted = true;
            errno = error;
            tracer.emit(
                new Tracepoint("journal aborted", caller.context(), null, null, "%1$d", error, 0));
            if (running != null) {
              doLogStartCommit(running.tid());
            }
          }
          caller.answer(news);
        });
  }

  // ---- shared ----

  boolean isCommitting(Transaction transaction) {
    return transaction == committing;
  }

  /** {@code j_running_transaction}. */
  @Nullable Transaction running() {
    return running;
  }

  /** {@code j_committing_transaction}. */
  @Nullable Transaction committing() {
    return committing;
  }

  /** Whether nothing is open, wanted or held: asked when a machine has come to rest. */
  public boolean atRest() {
    return committing == null
        && (running == null || running.updates == 0)
        && stateLock.owner() == null
        && listLock.owner() == null
        && !checkpointMutex.isLocked();
  }

  /** {@code j_commit_sequence}: the transaction that was committed last. */
  public int commitSequence() {
    return commitSequence;
  }

  void tracePhase(Context context, Transaction transaction) {
    tracer.emit(
        new Tracepoint(
            "commit: phase",
            context,
            transaction,
            null,
            transaction.state.kernelName() + " t_updates=%d",
            transaction.updates,
            0));
  }

  private void trace(String name, Context context, Transaction transaction) {
    tracer.emit(Tracepoint.of(name, context, transaction, "t_updates=%d", transaction.updates));
  }
}
