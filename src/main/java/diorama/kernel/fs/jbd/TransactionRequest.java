package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.jbd.Journal.Started;
import diorama.kernel.fs.jbd.Journal.Work;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Step.Waiting;
import org.jspecify.annotations.Nullable;

/** Sections that concern transactions, handles and the log. */
sealed interface TransactionRequest extends JournalActor.Command {
  /** One try of {@code start_this_handle}: the context wants to be part of a transaction. */
  record StartThisHandle(Caller<Started> caller, int nblocks) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.startThisHandle(caller, nblocks);
    }
  }

  /** The try ended without a handle: lockdep forgets it. */
  record StayWithoutHandle(Caller<Done> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(Done.DONE);
    }
  }

  /** The locked part of {@code journal_stop}. */
  record StopHandle(
      Caller<Boolean> caller, Transaction transaction, int unusedCredits, boolean sync)
      implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.stopHandle(caller, transaction, unusedCredits, sync);
    }
  }

  /** The locked part of {@code journal_restart}. */
  record LeaveForRestart(Caller<Done> caller, Transaction transaction, int unusedCredits)
      implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.leaveForRestart(caller, transaction, unusedCredits);
    }
  }

  /** {@code journal_extend}. */
  record Extend(Caller<Boolean> caller, Transaction transaction, int nblocks)
      implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.extend(caller, transaction, nblocks);
    }
  }

  /** Reads {@code t_state}. */
  record ReadState(Caller<Transaction.State> caller, Transaction transaction)
      implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(transaction.state);
    }
  }

  /** Reads {@code t_handle_count}. */
  record ReadHandleCount(Caller<Integer> caller, Transaction transaction)
      implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(transaction.handleCount);
    }
  }

  /** Compares and sets {@code j_last_sync_writer}. */
  record NewSyncWriter(Caller<Boolean> caller, int pid) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.newSyncWriter(pid));
    }
  }

  /** Whether {@code __log_wait_for_space} still has to wait. */
  record NeedsLogSpace(Caller<Boolean> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.needsLogSpace(caller);
    }
  }

  /** {@code mutex_lock(&journal->j_checkpoint_mutex)}. */
  record LockCheckpointMutex(Caller<Done> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.checkpointMutex.lock(caller);
    }
  }

  /** {@code mutex_unlock(&journal->j_checkpoint_mutex)}. */
  record UnlockCheckpointMutex(Caller<Done> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.checkpointMutex.unlock();
      caller.answer(Done.DONE);
    }
  }

  /** {@code log_start_commit}. */
  record LogStartCommit(Caller<Done> caller, int tid) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.logStartCommit(caller, tid);
    }
  }

  /** One round of {@code log_wait_commit}: true when the transaction is committed. */
  record LogWaitCommit(Caller<Boolean> caller, int tid) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.logWaitCommit(caller, tid);
    }
  }

  /** The committing transaction, 0 if there is none. */
  record CommittingTid(Caller<Integer> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.committingTid(caller);
    }
  }

  /** The running or else the committing transaction, 0 if there is none. */
  record NewestTid(Caller<Integer> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.newestTid(caller);
    }
  }

  /** A signal ends the sleep of {@code kjournald}. */
  record KjournaldSignalled(Caller<Work> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.kjournaldSignalled(caller);
    }
  }

  /** One round of kjournald's loop. */
  record KjournaldLoop(Caller<Work> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.kjournaldLoop(caller);
    }
  }

  /** {@code journal_kill_thread}. */
  record KillThread(Caller<Done> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.killThread(caller);
    }
  }

  /** T_LOCKED: true, with j_state_lock held, when no update is left. */
  record LockUpdates(Caller<Boolean> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.lockUpdates(caller);
    }
  }

  /** Commit slept and does not hold j_state_lock: lockdep is told. */
  record SleptForUpdates(Caller<Done> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(Done.DONE);
    }
  }

  /** Reads {@code j_running_transaction} under j_state_lock. */
  record TransactionToCommit(Caller<Transaction> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.transactionToCommit());
    }
  }

  /** T_FLUSH, and j_state_lock is given back. */
  record BeginFlush(Caller<Done> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.beginFlush(caller);
    }
  }

  /** T_COMMIT. */
  record BeginLogging(Caller<Done> caller, Transaction transaction) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.beginLogging(caller, transaction);
    }
  }

  /** T_FINISHED: false if t_forget was filled again. */
  record Finish(Caller<Boolean> caller, Transaction transaction) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.finish(caller, transaction);
    }
  }

  /** {@code wake_up(&journal->j_wait_done_commit)}. */
  record WakeDoneCommit(Caller<Done> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.wakeDoneCommit();
      caller.answer(Done.DONE);
    }
  }

  /** {@code journal_next_log_block}, and one credit less for the transaction. */
  record NextLogBlock(Caller<Long> caller, @Nullable Transaction accounted)
      implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.nextLogBlock(caller, accounted);
    }
  }

  /** The locked part of {@code cleanup_journal_tail}: whether the tail moved. */
  record CleanupTail(Caller<Boolean> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.cleanupTail(caller);
    }
  }

  /** {@code is_journal_aborted}. */
  record IsAborted(Caller<Boolean> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.isAborted());
    }
  }

  /** Sets {@code JFS_ABORT}: whether it was not set before. */
  record Abort(Caller<Boolean> caller, long error) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      journal.abort(caller, error);
    }
  }

  /** Whether nothing is open, wanted or held. */
  record AtRest(Caller<Boolean> caller) implements TransactionRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.atRest());
    }
  }

  /** One try of {@code start_this_handle}: the context wants to be part of a transaction. */
  static Step<Started> startThisHandle(ActorRef<JournalActor.Command> journal, int nblocks) {
    return Step.acquire(
        LockClass.JBD_HANDLE,
        Waiting.UNINTERRUPTIBLE,
        journal,
        c -> new StartThisHandle(c, nblocks));
  }

  /** The try ended without a handle: lockdep forgets it. */
  static Step<Done> stayWithoutHandle(ActorRef<JournalActor.Command> journal) {
    return Step.release(LockClass.JBD_HANDLE, journal, StayWithoutHandle::new);
  }

  /** The locked part of {@code journal_stop}. */
  static Step<Boolean> stopHandle(
      ActorRef<JournalActor.Command> journal,
      Transaction transaction,
      int unusedCredits,
      boolean sync) {
    return Step.release(
        LockClass.JBD_HANDLE, journal, c -> new StopHandle(c, transaction, unusedCredits, sync));
  }

  /** The locked part of {@code journal_restart}. */
  static Step<Done> leaveForRestart(
      ActorRef<JournalActor.Command> journal, Transaction transaction, int unusedCredits) {
    return Step.release(
        LockClass.JBD_HANDLE, journal, c -> new LeaveForRestart(c, transaction, unusedCredits));
  }

  /** {@code journal_extend}. */
  static Step<Boolean> extend(
      ActorRef<JournalActor.Command> journal, Transaction transaction, int nblocks) {
    return Step.call(journal, c -> new Extend(c, transaction, nblocks));
  }

  /** Reads {@code t_state}. */
  static Step<Transaction.State> state(
      ActorRef<JournalActor.Command> journal, Transaction transaction) {
    return Step.call(journal, c -> new ReadState(c, transaction));
  }

  /** Reads {@code t_handle_count}. */
  static Step<Integer> handleCount(
      ActorRef<JournalActor.Command> journal, Transaction transaction) {
    return Step.call(journal, c -> new ReadHandleCount(c, transaction));
  }

  /** Compares and sets {@code j_last_sync_writer}. */
  static Step<Boolean> newSyncWriter(ActorRef<JournalActor.Command> journal, int pid) {
    return Step.call(journal, c -> new NewSyncWriter(c, pid));
  }

  /** Whether {@code __log_wait_for_space} still has to wait. */
  static Step<Boolean> needsLogSpace(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, NeedsLogSpace::new);
  }

  /** {@code mutex_lock(&journal->j_checkpoint_mutex)}. */
  static Step<Done> lockCheckpointMutex(ActorRef<JournalActor.Command> journal) {
    return Step.sleepingCall(journal, LockCheckpointMutex::new);
  }

  /** {@code mutex_unlock(&journal->j_checkpoint_mutex)}. */
  static Step<Done> unlockCheckpointMutex(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, UnlockCheckpointMutex::new);
  }

  /** {@code log_start_commit}. */
  static Step<Done> logStartCommit(ActorRef<JournalActor.Command> journal, int tid) {
    return Step.call(journal, c -> new LogStartCommit(c, tid));
  }

  /** One round of {@code log_wait_commit}: true when the transaction is committed. */
  static Step<Boolean> logWaitCommit(ActorRef<JournalActor.Command> journal, int tid) {
    return Step.sleepingCall(journal, c -> new LogWaitCommit(c, tid));
  }

  /** The committing transaction's tid, 0 if there is none. */
  static Step<Integer> committingTid(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, CommittingTid::new);
  }

  /** The running or else the committing transaction, 0 if there is none. */
  static Step<Integer> newestTid(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, NewestTid::new);
  }

  /** One round of kjournald's loop. */
  static Step<Work> kjournaldLoop(ActorRef<JournalActor.Command> journal) {
    return Step.interruptibleCall(journal, KjournaldLoop::new, KjournaldSignalled::new);
  }

  /** {@code journal_kill_thread}. */
  static Step<Done> killThread(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, KillThread::new);
  }

  /** T_LOCKED: true, with j_state_lock held, when no update is left. */
  static Step<Boolean> lockUpdates(ActorRef<JournalActor.Command> journal) {
    return Step.acquire(LockClass.J_STATE_LOCK, Waiting.UNINTERRUPTIBLE, journal, LockUpdates::new);
  }

  /** Commit slept and does not hold j_state_lock: lockdep is told. */
  static Step<Done> sleptForUpdates(ActorRef<JournalActor.Command> journal) {
    return Step.release(LockClass.J_STATE_LOCK, journal, SleptForUpdates::new);
  }

  /** Reads {@code j_running_transaction} under j_state_lock. */
  static Step<Transaction> transactionToCommit(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, TransactionToCommit::new);
  }

  /** T_FLUSH, and j_state_lock is given back. */
  static Step<Done> beginFlush(ActorRef<JournalActor.Command> journal) {
    return Step.release(LockClass.J_STATE_LOCK, journal, BeginFlush::new);
  }

  /** T_COMMIT. */
  static Step<Done> beginLogging(ActorRef<JournalActor.Command> journal, Transaction transaction) {
    return Step.call(journal, c -> new BeginLogging(c, transaction));
  }

  /** T_FINISHED: false if t_forget was filled again. */
  static Step<Boolean> finish(ActorRef<JournalActor.Command> journal, Transaction transaction) {
    return Step.call(journal, c -> new Finish(c, transaction));
  }

  /** {@code wake_up(&journal->j_wait_done_commit)}. */
  static Step<Done> wakeDoneCommit(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, WakeDoneCommit::new);
  }

  /** {@code journal_next_log_block}, and one credit less for the transaction. */
  static Step<Long> nextLogBlock(
      ActorRef<JournalActor.Command> journal, @Nullable Transaction accounted) {
    return Step.call(journal, c -> new NextLogBlock(c, accounted));
  }

  /** The locked part of {@code cleanup_journal_tail}: whether the tail moved. */
  static Step<Boolean> cleanupTail(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, CleanupTail::new);
  }

  /** {@code is_journal_aborted}. */
  static Step<Boolean> isAborted(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, IsAborted::new);
  }

  /** Sets {@code JFS_ABORT}: whether it was not set before. */
  static Step<Boolean> abort(ActorRef<JournalActor.Command> journal, long error) {
    return Step.call(journal, c -> new Abort(c, error));
  }

  /** Whether nothing is open, wanted or held. */
  static Step<Boolean> atRest(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, AtRest::new);
  }
}
