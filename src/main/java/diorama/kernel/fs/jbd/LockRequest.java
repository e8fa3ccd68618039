package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Step.Waiting;

/** The locks that a context holds across operations on buffers. */
sealed interface LockRequest extends JournalActor.Command {
  /** {@code spin_lock(&journal->j_list_lock)}. */
  record LockList(Caller<Done> caller) implements LockRequest {
    @Override
    public void execute(Journal journal) {
      journal.listLock.lock(caller, () -> caller.answer(Done.DONE));
    }
  }

  /** {@code spin_unlock(&journal->j_list_lock)}. */
  record UnlockList(Caller<Done> caller) implements LockRequest {
    @Override
    public void execute(Journal journal) {
      journal.listLock.unlock(caller);
      caller.answer(Done.DONE);
    }
  }

  /** {@code jbd_lock_bh_state}. */
  record LockBhState(Caller<Done> caller, BufferHead bh) implements LockRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.lockBhState(caller, bh);
    }
  }

  /** {@code jbd_trylock_bh_state}. */
  record TryLockBhState(Caller<Boolean> caller, BufferHead bh) implements LockRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.tryLockBhState(caller, bh));
    }
  }

  /** {@code jbd_unlock_bh_state}. */
  record UnlockBhState(Caller<Done> caller, BufferHead bh) implements LockRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.unlockBhState(caller, bh);
      caller.answer(Done.DONE);
    }
  }

  /** {@code spin_lock(&journal->j_list_lock)}. */
  static Step<Done> lockList(ActorRef<JournalActor.Command> journal) {
    return Step.acquire(LockClass.J_LIST_LOCK, Waiting.SPINNING, journal, LockList::new);
  }

  /** {@code spin_unlock(&journal->j_list_lock)}. */
  static Step<Done> unlockList(ActorRef<JournalActor.Command> journal) {
    return Step.release(LockClass.J_LIST_LOCK, journal, UnlockList::new);
  }

  /** {@code jbd_lock_bh_state}. */
  static Step<Done> lockBhState(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.acquire(LockClass.BH_STATE, Waiting.SPINNING, journal, c -> new LockBhState(c, bh));
  }

  /** {@code jbd_trylock_bh_state}. */
  static Step<Boolean> tryLockBhState(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new TryLockBhState(c, bh));
  }

  /** {@code jbd_unlock_bh_state}. */
  static Step<Done> unlockBhState(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.release(LockClass.BH_STATE, journal, c -> new UnlockBhState(c, bh));
  }
}
