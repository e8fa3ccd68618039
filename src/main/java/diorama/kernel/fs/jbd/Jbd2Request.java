package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.Inode;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/** Sections of fs/jbd2 that fs/jbd does not have. */
sealed interface Jbd2Request extends JournalActor.Command {
  /** {@code b_transaction != NULL}. */
  record IsFiled(Caller<Boolean> caller, JournalHead jh) implements Jbd2Request {
    @Override
    public void execute(Journal journal) {
      caller.answer(jh.bTransaction != null);
    }
  }

  /** {@code jbd2_journal_file_inode}, under j_list_lock. */
  record FileInode(Caller<Done> caller, Transaction transaction, Inode inode)
      implements Jbd2Request {
    @Override
    public void execute(Journal journal) {
      journal.listLock.section(
          caller,
          () -> {
            transaction.inodeList.add(inode);
            caller.answer(Done.DONE);
          });
    }
  }

  /** {@code t_inode_list}, under j_list_lock. */
  record ReadInodeList(Caller<List<Inode>> caller, Transaction transaction) implements Jbd2Request {
    @Override
    public void execute(Journal journal) {
      journal.listLock.section(caller, () -> caller.answer(List.copyOf(transaction.inodeList)));
    }
  }

  /** Clears BH_JBDDirty of a buffer that was truncated while commit had it: whether it was one. */
  record DropFreed(Caller<Boolean> caller, JournalHead jh) implements Jbd2Request {
    @Override
    public void execute(Journal journal) {
      JbdBuffer b = JbdBuffer.of(jh.bh());
      boolean drop = b.freed && jh.bNextTransaction == null;
      if (drop) {
        b.freed = false;
        b.jbdDirty = false;
      }
      caller.answer(drop);
    }
  }

  /** {@code buffer_jbddirty}. */
  record JbdDirty(Caller<Boolean> caller, BufferHead bh) implements Jbd2Request {
    @Override
    public void execute(Journal journal) {
      caller.answer(JbdBuffer.of(bh).jbdDirty);
    }
  }

  /** {@code buffer_freed}. */
  record Freed(Caller<Boolean> caller, BufferHead bh) implements Jbd2Request {
    @Override
    public void execute(Journal journal) {
      caller.answer(JbdBuffer.of(bh).freed);
    }
  }

  /**
   * The locked part of {@code journal_unmap_buffer}, under j_state_lock, bh_state and j_list_lock,
   * in this order: commit takes bh_state within j_state_lock. Whether the buffer can be zapped;
   * else commit has it.
   */
  record UnmapBuffer(Caller<Boolean> caller, JournalHead jh, boolean dirty) implements Jbd2Request {
    @Override
    public void execute(Journal journal) {
      journal.stateLock.lock(
          caller,
          () ->
              journal.buffers.bothLocked(
                  caller,
                  jh.bh(),
                  () -> {
                    caller.answer(journal.buffers.unmapBuffer(jh, dirty));
                    journal.stateLock.unlock(caller);
                  }));
    }
  }

  /** Sets {@code t_state} under j_state_lock. */
  record Enter(Caller<Done> caller, Transaction transaction, Transaction.State state)
      implements Jbd2Request {
    @Override
    public void execute(Journal journal) {
      journal.stateLock.section(
          caller,
          () -> {
            transaction.state = state;
            journal.tracePhase(caller.context(), transaction);
            caller.answer(Done.DONE);
          });
    }
  }

  /** Sets {@code t_state}. */
  static Step<Done> enter(
      ActorRef<JournalActor.Command> journal, Transaction transaction, Transaction.State state) {
    return Step.call(journal, c -> new Enter(c, transaction, state));
  }

  /** {@code b_transaction != NULL}. */
  static Step<Boolean> isFiled(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new IsFiled(c, jh));
  }

  /** {@code jbd2_journal_file_inode}. */
  static Step<Done> fileInode(
      ActorRef<JournalActor.Command> journal, Transaction transaction, Inode inode) {
    return Step.call(journal, c -> new FileInode(c, transaction, inode));
  }

  /** {@code t_inode_list}. */
  static Step<List<Inode>> inodeList(
      ActorRef<JournalActor.Command> journal, Transaction transaction) {
    return Step.call(journal, c -> new ReadInodeList(c, transaction));
  }

  /** Clears BH_JBDDirty of a freed buffer: whether it was one. */
  static Step<Boolean> dropFreed(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new DropFreed(c, jh));
  }

  /** {@code buffer_jbddirty}. */
  static Step<Boolean> jbdDirty(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new JbdDirty(c, bh));
  }

  /** {@code buffer_freed}. */
  static Step<Boolean> freed(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new Freed(c, bh));
  }

  /** The locked part of {@code journal_unmap_buffer}: whether the buffer can be zapped. */
  static Step<Boolean> unmapBuffer(
      ActorRef<JournalActor.Command> journal, JournalHead jh, boolean dirty) {
    return Step.call(journal, c -> new UnmapBuffer(c, jh, dirty));
  }
}
