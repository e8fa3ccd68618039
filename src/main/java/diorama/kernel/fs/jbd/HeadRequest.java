package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.jbd.JournalBuffers.Added;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Step;

/** Sections under {@code jbd_lock_bh_journal_head}. */
sealed interface HeadRequest extends JournalActor.Command {
  /** The section of {@code journal_add_journal_head}. */
  record AddHead(Caller<Added> caller, BufferHead bh) implements HeadRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.add(bh));
    }
  }

  /** {@code journal_grab_journal_head}. */
  record GrabHead(Caller<MaybeHead> caller, BufferHead bh) implements HeadRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(new MaybeHead(journal.buffers.grab(bh)));
    }
  }

  /** {@code buffer_jbd} and {@code bh2jh}. */
  record FindHead(Caller<MaybeHead> caller, BufferHead bh) implements HeadRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(new MaybeHead(journal.buffers.jh(bh)));
    }
  }

  /** {@code buffer_jbd}, where it decides whether a page can be freed. */
  record BufferJbd(Caller<Boolean> caller, BufferHead bh) implements HeadRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.staysWithJournal(caller, bh));
    }
  }

  /** Drops a reference on a journal_head: whether it may be removed. */
  record PutHead(Caller<Boolean> caller, JournalHead jh) implements HeadRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.put(jh));
    }
  }

  /** The section of {@code journal_remove_journal_head}: whether it is gone. */
  record RemoveHead(Caller<Boolean> caller, BufferHead bh) implements HeadRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(journal.buffers.remove(bh));
    }
  }

  /** Reads {@code b_transaction} and {@code b_cp_transaction}, under j_list_lock. */
  record IsUnused(Caller<Boolean> caller, JournalHead jh) implements HeadRequest {
    @Override
    public void execute(Journal journal) {
      caller.answer(jh.bTransaction == null && jh.bCpTransaction == null);
    }
  }

  /** Whether the buffer is in no transaction and on no checkpoint list any more. */
  static Step<Boolean> isUnused(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new IsUnused(c, jh));
  }

  /** The section of {@code journal_add_journal_head}. */
  static Step<Added> add(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new AddHead(c, bh));
  }

  /** {@code journal_grab_journal_head}. */
  static Step<MaybeHead> grab(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new GrabHead(c, bh));
  }

  /** {@code buffer_jbd}, where it decides whether a page can be freed. */
  static Step<Boolean> bufferJbd(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new BufferJbd(c, bh));
  }

  /** {@code buffer_jbd} and {@code bh2jh}. */
  static Step<MaybeHead> find(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new FindHead(c, bh));
  }

  /** Drops a reference on a journal_head: whether it may be removed. */
  static Step<Boolean> put(ActorRef<JournalActor.Command> journal, JournalHead jh) {
    return Step.call(journal, c -> new PutHead(c, jh));
  }

  /** The section of {@code journal_remove_journal_head}: whether it is gone. */
  static Step<Boolean> remove(ActorRef<JournalActor.Command> journal, BufferHead bh) {
    return Step.call(journal, c -> new RemoveHead(c, bh));
  }

  /** A journal_head, or null where the buffer has none. */
  record MaybeHead(@org.jspecify.annotations.Nullable JournalHead jh) {}
}
