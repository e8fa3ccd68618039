package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sections of checkpoint.c, for the holder of j_list_lock unless said otherwise. */
sealed interface CheckpointRequest extends JournalActor.Command {
  /** {@code j_checkpoint_transactions}. */
  record Oldest(Caller<MaybeTransaction> caller) implements CheckpointRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(new MaybeTransaction(journal.checkpoints.first()));
    }
  }

  /** The checkpointed buffers that are in no transaction. */
  record WrittenBack(Caller<List<JournalHead>> caller) implements CheckpointRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.checkpoints.unfiled());
    }
  }

  /** The first buffer of {@code t_checkpoint_list} or t_checkpoint_io_list. */
  record FirstCheckpoint(Caller<CheckpointEntry> caller, Transaction transaction, boolean io)
      implements CheckpointRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.checkpoints.first(transaction, io));
    }
  }

  /** {@code __journal_remove_checkpoint}: whether it freed the transaction. */
  record RemoveCheckpoint(Caller<Boolean> caller, JournalHead jh) implements CheckpointRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.checkpoints.remove(jh));
    }
  }

  /** {@code __buffer_relink_io}. */
  record RelinkIo(Caller<Done> caller, JournalHead jh) implements CheckpointRequest {
    @Override
    public void execute(Journal journal) {
      journal.checkpoints.relinkIo(jh);
      caller.answer(Done.DONE);
    }
  }

  /** {@code j_checkpoint_transactions}. */
  static Step<MaybeTransaction> oldest(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, Oldest::new);
  }

  /** The checkpointed buffers that are in no transaction. */
  static Step<List<JournalHead>> unfiled(ActorRef<JournalActor.Command> journal) {
    return Step.call(journal, WrittenBack::new);
  }

  /** The first buffer of {@code t_checkpoint_list} or t_checkpoint_io_list. */
  static Step<CheckpointEntry> firstOf(
      ActorRef<JournalActor.Command> journal, Transaction transaction, boolean io) {
    return Step.call(journal, c -> new FirstCheckpoint(c, transaction, io));
  }

  /** {@code __journal_remove_checkpoint}: whether it freed the transaction. */
  static Step<Boolean> remove(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new RemoveCheckpoint(c, jh));
  }

  /** {@code __buffer_relink_io}. */
  static Step<Done> relinkIo(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new RelinkIo(c, jh));
  }

  /** A transaction, or null. */
  record MaybeTransaction(@Nullable Transaction transaction) {}

  /**
   * A buffer of a checkpoint list.
   *
   * @param jh null if the list is empty or its transaction is not the oldest any more
   * @param transaction the transaction that the buffer is part of now, or null
   */
  record CheckpointEntry(@Nullable JournalHead jh, @Nullable Transaction transaction) {}
}
