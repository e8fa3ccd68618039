package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.data.Content;
import diorama.kernel.fs.jbd.JournalBuffers.DirtyData;
import diorama.kernel.fs.jbd.JournalBuffers.DirtyMetadata;
import diorama.kernel.fs.jbd.JournalBuffers.Entry;
import diorama.kernel.fs.jbd.JournalBuffers.Refiled;
import diorama.kernel.fs.jbd.JournalBuffers.WriteAccess;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/** Sections on the buffers of transactions, under bh_state or j_list_lock. */
sealed interface BufferRequest extends JournalActor.Command {
  /** The first entry of a list, for the holder of j_list_lock. */
  record FirstHeld(Caller<Entry> caller, Transaction transaction, Jlist jlist)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.first(transaction, jlist));
    }
  }

  /** The last entry of a list, for the holder of j_list_lock or where none is needed. */
  record LastHeld(Caller<Entry> caller, Transaction transaction, Jlist jlist)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.last(transaction, jlist));
    }
  }

  /** The first entry of {@code t_forget}, under j_list_lock. */
  record FirstForget(Caller<Entry> caller, Transaction transaction) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.listLock.section(
          caller, () -> caller.answer(journal.buffers.first(transaction, Jlist.FORGET)));
    }
  }

  /** {@code buffer_jbd(bh)} and on this list. */
  record IsOnList(Caller<Boolean> caller, JournalHead jh, Jlist jlist) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.isOn(jh, jlist));
    }
  }

  /** {@code buffer_jbd(bh)} and on this transaction's list. */
  record IsOnTransaction(
      Caller<Boolean> caller, JournalHead jh, Transaction transaction, Jlist jlist)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.isOn(jh, transaction, jlist));
    }
  }

  /** {@code __journal_file_buffer}: whether mark_buffer_dirty is due. */
  record File(
      Caller<Boolean> caller,
      JournalHead jh,
      Transaction transaction,
      Jlist jlist,
      boolean wasDirty)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.file(caller, jh, transaction, jlist, wasDirty));
    }
  }

  /** {@code journal_file_buffer} where it touches nothing but the journal. */
  record FileLocked(Caller<Done> caller, JournalHead jh, Transaction transaction, Jlist jlist)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.bothLocked(
          caller,
          jh.bh(),
          () -> {
            journal.buffers.file(caller, jh, transaction, jlist, false);
            caller.answer(Done.DONE);
          });
    }
  }

  /** {@code __journal_unfile_buffer}: whether mark_buffer_dirty is due. */
  record Unfile(Caller<Boolean> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.unfile(jh));
    }
  }

  /** {@code __journal_unfile_buffer} in commit's wait loop. */
  record UnfileWaited(Caller<Boolean> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.unfileWaited(caller, jh));
    }
  }

  /** {@code journal_unfile_buffer} of a buffer that only commit knows. */
  record UnfileLocked(Caller<Done> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.bothLocked(
          caller,
          jh.bh(),
          () -> {
            journal.buffers.unfile(jh);
            caller.answer(Done.DONE);
          });
    }
  }

  /** The first half of {@code __journal_refile_buffer}. */
  record Refile(Caller<Refiled> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.refile(jh));
    }
  }

  /** The second half of {@code __journal_refile_buffer}. */
  record FileRefiled(Caller<Done> caller, JournalHead jh, Refiled refiled, boolean wasDirty)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.fileRefiled(jh, refiled, wasDirty);
      caller.answer(Done.DONE);
    }
  }

  /** The first look of {@code journal_dirty_data}. */
  record LookAtDirtyData(Caller<DirtyData> caller, JournalHead jh, Transaction transaction)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.dirtyData(jh, transaction));
    }
  }

  /** Takes ordered data out of the hands of commit. */
  record FileDirtyData(Caller<DirtyData> caller, JournalHead jh, Transaction transaction)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.fileDirtyData(jh, transaction));
    }
  }

  /** The decision of {@code do_get_write_access}. */
  record DecideWriteAccess(
      Caller<WriteAccess> caller, JournalHead jh, Transaction transaction, boolean haveFrozenBuffer)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.writeAccess(jh, transaction, haveFrozenBuffer));
    }
  }

  /** Sets {@code b_frozen_data}. */
  record Freeze(Caller<Done> caller, JournalHead jh, Transaction transaction, Content content)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.freeze(jh, transaction, content);
      caller.answer(Done.DONE);
    }
  }

  /** Reads {@code b_frozen_data}. */
  record ReadFrozen(Caller<MaybeContent> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(new MaybeContent(jh.bFrozenData));
    }
  }

  /** Frees {@code b_frozen_data}. */
  record DropFrozen(Caller<Done> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.dropFrozen(jh);
      caller.answer(Done.DONE);
    }
  }

  /** {@code journal_dirty_metadata} up to the filing. */
  record LookAtDirtyMetadata(Caller<DirtyMetadata> caller, JournalHead jh, Transaction transaction)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.dirtyMetadata(jh, transaction));
    }
  }

  /** Sleeps while the buffer is on BJ_Shadow. */
  record WaitUnshadow(Caller<Done> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.waitUnshadow(caller, jh);
    }
  }

  /** {@code wake_up_bit(&bh->b_state, BH_Unshadow)}. */
  record WakeUnshadow(Caller<Done> caller, BufferHead bh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.wakeUnshadow(bh);
      caller.answer(Done.DONE);
    }
  }

  /** {@code set_buffer_jbddirty}, where BH_Dirty was found and cleared. */
  record UnexpectedDirty(Caller<Done> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.hideDirty(jh);
      caller.answer(Done.DONE);
    }
  }

  /** Whether the buffer is on a list that hides BH_Dirty. */
  record ReadHidesDirty(Caller<Boolean> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(jh.bJlist.hidesDirty());
    }
  }

  /** The sections of {@code __journal_try_to_free_buffer}. */
  record TryToFree(Caller<Done> caller, JournalHead jh) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.listLock.section(
          caller,
          () -> {
            journal.buffers.tryToFree(caller, jh);
            caller.answer(Done.DONE);
          });
    }
  }

  /** Notes why a buffer is not freed. */
  record BusyToFree(Caller<Done> caller, BufferHead bh, boolean locked, boolean dirty)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.busyToFree(caller, bh, locked, dirty);
      caller.answer(Done.DONE);
    }
  }

  /**
   * {@code journal_forget}, for the holder of both locks: whether the journal is through with it.
   */
  record Forget(Caller<Boolean> caller, JournalHead jh, Transaction transaction)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.forget(jh, transaction));
    }
  }

  /** Clears {@code b_modified} of a transaction's metadata. */
  record ClearModified(Caller<Done> caller, Transaction transaction) implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.listLock.section(
          caller,
          () -> {
            journal.buffers.clearModified(transaction);
            caller.answer(Done.DONE);
          });
    }
  }

  /** Moves a committed buffer to the checkpoint list of the transaction. */
  record RenewCheckpoint(Caller<Done> caller, JournalHead jh, Transaction transaction)
      implements BufferRequest {
    @Override
    public void execute(Journal journal) {
      journal.buffers.renewCheckpoint(jh, transaction);
      caller.answer(Done.DONE);
    }
  }

  /** The first entry of a list, for the holder of j_list_lock. */
  static Step<Entry> first(
      ActorRef<JournalActor.Command> journal, Transaction transaction, Jlist jlist) {
    return Step.call(journal, c -> new FirstHeld(c, transaction, jlist));
  }

  /** The last entry of a list, for the holder of j_list_lock or where none is needed. */
  static Step<Entry> last(
      ActorRef<JournalActor.Command> journal, Transaction transaction, Jlist jlist) {
    return Step.call(journal, c -> new LastHeld(c, transaction, jlist));
  }

  /** The first entry of {@code t_forget}, under j_list_lock. */
  static Step<Entry> firstForget(ActorRef<JournalActor.Command> journal, Transaction transaction) {
    return Step.call(journal, c -> new FirstForget(c, transaction));
  }

  /** {@code buffer_jbd(bh)} and on this list. */
  static Step<Boolean> isOn(ActorRef<JournalActor.Command> journal, JournalHead jh, Jlist jlist) {
    return Step.call(journal, c -> new IsOnList(c, jh, jlist));
  }

  /** {@code buffer_jbd(bh)} and on this transaction's list. */
  static Step<Boolean> isOn(
      ActorRef<JournalActor.Command> journal,
      JournalHead jh,
      Transaction transaction,
      Jlist jlist) {
    return Step.call(journal, c -> new IsOnTransaction(c, jh, transaction, jlist));
  }

  /** {@code __journal_file_buffer}: whether mark_buffer_dirty is due. */
  static Step<Boolean> file(
      ActorRef<JournalActor.Command> journal,
      JournalHead jh,
      Transaction transaction,
      Jlist jlist,
      boolean wasDirty) {
    return Step.call(journal, c -> new File(c, jh, transaction, jlist, wasDirty));
  }

  /** {@code journal_file_buffer} where it touches nothing but the journal. */
  static Step<Done> fileLocked(
      ActorRef<JournalActor.Command> journal,
      JournalHead jh,
      Transaction transaction,
      Jlist jlist) {
    return Step.call(journal, c -> new FileLocked(c, jh, transaction, jlist));
  }

  /** {@code __journal_unfile_buffer}: whether mark_buffer_dirty is due. */
  static Step<Boolean> unfile(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new Unfile(c, jh));
  }

  /** {@code __journal_unfile_buffer} in commit's wait loop. */
  static Step<Boolean> unfileWaited(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new UnfileWaited(c, jh));
  }

  /** {@code journal_unfile_buffer} of a buffer that only commit knows. */
  static Step<Done> unfileLocked(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new UnfileLocked(c, jh));
  }

  /** The first half of {@code __journal_refile_buffer}. */
  static Step<Refiled> refile(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new Refile(c, jh));
  }

  /** The second half of {@code __journal_refile_buffer}. */
  static Step<Done> fileRefiled(
      ActorRef<JournalActor.Command> journal, JournalHead jh, Refiled refiled, boolean wasDirty) {
    return Step.call(journal, c -> new FileRefiled(c, jh, refiled, wasDirty));
  }

  /** The first look of {@code journal_dirty_data}. */
  static Step<DirtyData> dirtyData(
      ActorRef<JournalActor.Command> journal, JournalHead jh, Transaction transaction) {
    return Step.call(journal, c -> new LookAtDirtyData(c, jh, transaction));
  }

  /** Takes ordered data out of the hands of commit. */
  static Step<DirtyData> fileDirtyData(
      ActorRef<JournalActor.Command> journal, JournalHead jh, Transaction transaction) {
    return Step.call(journal, c -> new FileDirtyData(c, jh, transaction));
  }

  /** The decision of {@code do_get_write_access}. */
  static Step<WriteAccess> writeAccess(
      ActorRef<JournalActor.Command> journal,
      JournalHead jh,
      Transaction transaction,
      boolean haveFrozenBuffer) {
    return Step.call(journal, c -> new DecideWriteAccess(c, jh, transaction, haveFrozenBuffer));
  }

  /** Sets {@code b_frozen_data}. */
  static Step<Done> freeze(
      ActorRef<JournalActor.Command> journal,
      JournalHead jh,
      Transaction transaction,
      Content content) {
    return Step.call(journal, c -> new Freeze(c, jh, transaction, content));
  }

  /** Reads {@code b_frozen_data}. */
  static Step<MaybeContent> frozen(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new ReadFrozen(c, jh));
  }

  /** Frees {@code b_frozen_data}. */
  static Step<Done> dropFrozen(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new DropFrozen(c, jh));
  }

  /** {@code journal_dirty_metadata} up to the filing. */
  static Step<DirtyMetadata> dirtyMetadata(
      ActorRef<JournalActor.Command> journal, JournalHead jh, Transaction transaction) {
    return Step.call(journal, c -> new LookAtDirtyMetadata(c, jh, transaction));
  }

  /** Sleeps while the buffer is on BJ_Shadow. */
  static Step<Done> waitUnshadow(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.sleepingCall(journal, c -> new WaitUnshadow(c, jh));
  }

  /** {@code wake_up_bit(&bh->b_state, BH_Unshadow)}. */
  static Step<Done> wakeUnshadow(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new WakeUnshadow(c, bh));
  }

  /** {@code set_buffer_jbddirty}, where BH_Dirty was found and cleared. */
  static Step<Done> hideDirty(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new UnexpectedDirty(c, jh));
  }

  /** Whether the buffer is on a list that hides BH_Dirty. */
  static Step<Boolean> hidesDirty(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new ReadHidesDirty(c, jh));
  }

  /** The sections of {@code __journal_try_to_free_buffer}. */
  static Step<Done> tryToFree(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new TryToFree(c, jh));
  }

  /** Notes why a buffer is not freed. */
  static Step<Done> busyToFree(
      ActorRef<JournalActor.Command> journal, BufferHead bh, boolean locked, boolean dirty) {
    return Step.call(journal, c -> new BusyToFree(c, bh, locked, dirty));
  }

  /**
   * {@code journal_forget}, for the holder of both locks: whether the journal is through with it.
   */
  static Step<Boolean> forget(
      ActorRef<JournalActor.Command> journal, JournalHead jh, Transaction transaction) {
    return Step.call(journal, c -> new Forget(c, jh, transaction));
  }

  /** Clears {@code b_modified} of a transaction's metadata. */
  static Step<Done> clearModified(ActorRef<JournalActor.Command> journal, Transaction transaction) {
    return Step.call(journal, c -> new ClearModified(c, transaction));
  }

  /** Moves a committed buffer to the checkpoint list of the transaction. */
  static Step<Done> renewCheckpoint(
      ActorRef<JournalActor.Command> journal, JournalHead jh, Transaction transaction) {
    return Step.call(journal, c -> new RenewCheckpoint(c, jh, transaction));
  }

  /** A block's content, or null. */
  record MaybeContent(@Nullable Content content) {}
}
