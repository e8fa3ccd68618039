package diorama.kernel.fs.jbd;

import diorama.kernel.data.Content;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * The journal_heads of a journal and the lists that they are filed on.
 *
 * <p>Methods that file expect the buffer's bh_state lock and j_list_lock to be held by the caller.
 * Where a list operation uncovers a dirty bit, they answer that {@code mark_buffer_dirty} is due:
 * the bit itself is not the journal's.
 */
final class JournalBuffers {
  private final Journal journal;
  private final Tracer tracer;

  JournalBuffers(Journal journal, Tracer tracer) {
    this.journal = journal;
    this.tracer = tracer;
  }

  // ---- journal_heads: each is one section under jbd_lock_bh_journal_head ----

  /** A journal_head with one reference more, and whether it was made now. */
  record Added(JournalHead jh, boolean isNew) {}

  /** {@code journal_add_journal_head}. */
  Added add(BufferHead bh) {
    JbdBuffer b = JbdBuffer.of(bh);
    JournalHead jh = b.jh;
    boolean isNew = jh == null;
    if (jh == null) {
      jh = new JournalHead(bh);
      b.jh = jh;
    }
    jh.bJcount++;
    return new Added(jh, isNew);
  }

  /** {@code journal_grab_journal_head}. */
  @Nullable JournalHead grab(BufferHead bh) {
    JournalHead jh = JbdBuffer.of(bh).jh;
    if (jh != null) {
      jh.bJcount++;
    }
    return jh;
  }

  /** {@code journal_put_journal_head}, first half: whether it may be removed now. */
  boolean put(JournalHead jh) {
    if (jh.bJcount <= 0) {
      throw new IllegalStateException("journal_put_journal_head of " + jh.bh().label());
    }
    jh.bJcount--;
    return jh.bJcount == 0 && jh.bTransaction == null;
  }

  /** {@code __journal_remove_journal_head}: whether nobody needed it and it is gone. */
  boolean remove(BufferHead bh) {
    JbdBuffer b = JbdBuffer.of(bh);
    JournalHead jh = b.jh;
    if (jh == null
        || jh.bJcount != 0
        || jh.bTransaction != null
        || jh.bNextTransaction != null
        || jh.bCpTransaction != null) {
      return false;
    }
    b.jh = null;
    return true;
  }

  /** {@code bh2jh} of a buffer that has one, or null. */
  @Nullable JournalHead jh(BufferHead bh) {
    return JbdBuffer.of(bh).jh;
  }

  // ---- locks ----

  /** {@code jbd_lock_bh_state}. */
  void lockBhState(Caller<Done> caller, BufferHead bh) {
    JbdBuffer b = JbdBuffer.of(bh);
    traceIfContended(caller.context(), bh, b);
    b.stateLock.lock(caller, () -> caller.answer(Done.DONE));
  }

  /** {@code jbd_trylock_bh_state}. */
  boolean tryLockBhState(Caller<?> caller, BufferHead bh) {
    JbdBuffer b = JbdBuffer.of(bh);
    traceIfContended(caller.context(), bh, b);
    return b.stateLock.tryLock(caller);
  }

  private void traceIfContended(Context context, BufferHead bh, JbdBuffer b) {
    if (b.stateLock.owner() != null) {
      tracer.emit(Tracepoint.of("jbd_lock_bh_state: contended", context, bh));
    }
  }

  /** {@code jbd_unlock_bh_state}. */
  void unlockBhState(Caller<?> caller, BufferHead bh) {
    JbdBuffer.of(bh).stateLock.unlock(caller);
  }

  /** Runs a section under bh_state and j_list_lock that touches nothing but the journal. */
  void bothLocked(Caller<?> caller, BufferHead bh, Runnable section) {
    JbdBuffer b = JbdBuffer.of(bh);
    b.stateLock.lock(
        caller,
        () ->
            journal.listLock.section(
                caller,
                () -> {
                  section.run();
                  b.stateLock.unlock(caller);
                }));
  }

  // ---- filing ----

  /** {@code __journal_temp_unlink_buffer}: whether {@code mark_buffer_dirty} is due. */
  boolean unlink(JournalHead jh) {
    if (jh.bJlist == Jlist.NONE) {
      return false;
    }
    transaction(jh).list(jh.bJlist).remove(jh.filed);
    jh.bJlist = Jlist.NONE;
    return JbdBuffer.of(jh.bh()).testClearJbdDirty();
  }

  /** {@code __journal_unfile_buffer}: whether {@code mark_buffer_dirty} is due. */
  boolean unfile(JournalHead jh) {
    boolean exposed = unlink(jh);
    jh.bTransaction = null;
    return exposed;
  }

  /**
   * {@code __journal_file_buffer}: whether {@code mark_buffer_dirty} is due.
   *
   * @param wasDirty the caller cleared BH_Dirty for a list that hides it
   */
  boolean file(
      Caller<?> caller, JournalHead jh, Transaction transaction, Jlist jlist, boolean wasDirty) {
    if (jlist == Jlist.LOCKED) {
      tracer.emit(
          Tracepoint.of("journal_submit_data_buffers: BJ_Locked", caller.context(), jh.bh()));
    }
    return file(jh, transaction, jlist, wasDirty);
  }

  private boolean file(JournalHead jh, Transaction transaction, Jlist jlist, boolean wasDirty) {
    if (jh.bTransaction != null && jh.bTransaction != transaction) {
      throw new IllegalStateException(jh.bh().label() + " belongs to " + jh.bTransaction.label());
    }
    if (jh.bTransaction != null && jh.bJlist == jlist) {
      return false;
    }
    JbdBuffer b = JbdBuffer.of(jh.bh());
    boolean hidden = jlist.hidesDirty() && (wasDirty || b.testClearJbdDirty());
    boolean exposed = jh.bTransaction != null && unlink(jh);
    jh.bTransaction = transaction;
    transaction.list(jlist).addLast(jh.filed);
    jh.bJlist = jlist;
    b.jbdDirty |= hidden;
    return exposed;
  }

  /** What is left of {@code __journal_refile_buffer} after its first half. */
  record Refiled(boolean exposed, @Nullable Transaction next, Jlist jlist) {}

  /**
   * The first half of {@code __journal_refile_buffer}: off its list, and either out of its
   * transaction or ready to be filed on the next one's list.
   */
  Refiled refile(JournalHead jh) {
    Transaction next = jh.bNextTransaction;
    if (next == null) {
      return new Refiled(unfile(jh), null, Jlist.NONE);
    }
    boolean wasDirty = JbdBuffer.of(jh.bh()).testClearJbdDirty();
    unlink(jh);
    jh.bTransaction = null;
    jh.bNextTransaction = null;
    return new Refiled(false, next, wasDirty ? Jlist.METADATA : Jlist.RESERVED);
  }

  /** Files what {@link #refile} took off. */
  void fileRefiled(JournalHead jh, Refiled refiled, boolean wasDirty) {
    file(jh, java.util.Objects.requireNonNull(refiled.next()), refiled.jlist(), wasDirty);
    JbdBuffer.of(jh.bh()).jbdDirty |= refiled.jlist() == Jlist.METADATA;
  }

  private static Transaction transaction(JournalHead jh) {
    return java.util.Objects.requireNonNull(jh.bTransaction);
  }

  // ---- journal_dirty_data ----

  /** What {@code journal_dirty_data} found. */
  enum DirtyData {
    /** It is filed as it should be. */
    FILED,
    /** It was filed, and {@code mark_buffer_dirty} is due. */
    FILED_EXPOSED,
    /** Commit is using it for something else than ordered data: left alone. */
    NOT_STEALING,
    /** It is ordered data of the committing transaction: its old content goes to disk first. */
    STEAL
  }

  /** The first look of {@code journal_dirty_data}; files unless the buffer has to be stolen. */
  DirtyData dirtyData(JournalHead jh, Transaction transaction) {
    if (jh.bTransaction != null && jh.bTransaction != transaction) {
      boolean ordered =
          jh.bJlist == Jlist.NONE || jh.bJlist == Jlist.SYNC_DATA || jh.bJlist == Jlist.LOCKED;
      return ordered ? DirtyData.STEAL : DirtyData.NOT_STEALING;
    }
    return fileDirtyData(jh, transaction);
  }

  /**
   * The second half of {@code journal_dirty_data}: out of commit's hands, into this transaction.
   */
  DirtyData fileDirtyData(JournalHead jh, Transaction transaction) {
    boolean exposed = false;
    if (jh.bTransaction != null && jh.bTransaction != transaction) {
      exposed = unlink(jh);
      jh.bTransaction = transaction;
    }
    if (jh.bJlist != Jlist.SYNC_DATA && jh.bJlist != Jlist.LOCKED) {
      exposed |= unlink(jh);
      jh.bTransaction = transaction;
      exposed |= file(jh, transaction, Jlist.SYNC_DATA, false);
    }
    return exposed ? DirtyData.FILED_EXPOSED : DirtyData.FILED;
  }

  // ---- metadata ----

  /** What {@code do_get_write_access} has to do. */
  enum WriteAccess {
    /** The buffer may be changed. */
    DONE,
    /** Commit is writing it to the log: sleep until it has. */
    SHADOW,
    /** Commit still needs the old content: allocate room for a copy. */
    ALLOCATE_COPY,
    /** Copy the old content, then the buffer may be changed. */
    COPY,
    /** The buffer is nobody's: file it as BJ_Reserved. */
    RESERVE
  }

  /** The decision of {@code do_get_write_access}, under bh_state. */
  WriteAccess writeAccess(JournalHead jh, Transaction transaction, boolean haveFrozenBuffer) {
    if (jh.bTransaction == transaction || jh.bNextTransaction == transaction) {
      return WriteAccess.DONE;
    }
    if (jh.bTransaction == null) {
      return WriteAccess.RESERVE;
    }
    if (jh.bFrozenData == null) {
      if (jh.bJlist == Jlist.SHADOW) {
        return WriteAccess.SHADOW;
      }
      if (jh.bJlist != Jlist.FORGET) {
        return haveFrozenBuffer ? WriteAccess.COPY : WriteAccess.ALLOCATE_COPY;
      }
    }
    jh.bNextTransaction = transaction;
    return WriteAccess.DONE;
  }

  /** {@code b_frozen_data}: the copy that commit writes while the buffer changes. */
  void freeze(JournalHead jh, Transaction transaction, Content content) {
    jh.bFrozenData = content;
    jh.bNextTransaction = transaction;
  }

  /** What {@code journal_dirty_metadata} found: whether a credit is used, whether to file. */
  record DirtyMetadata(boolean usesCredit, boolean file) {}

  /** {@code journal_dirty_metadata} up to the filing, under bh_state. */
  DirtyMetadata dirtyMetadata(JournalHead jh, Transaction transaction) {
    boolean usesCredit = !jh.bModified;
    jh.bModified = true;
    if (jh.bTransaction == transaction && jh.bJlist == Jlist.METADATA) {
      return new DirtyMetadata(usesCredit, false);
    }
    JbdBuffer.of(jh.bh()).jbdDirty = true;
    return new DirtyMetadata(usesCredit, jh.bTransaction == transaction);
  }

  /** {@code jbd_unexpected_dirty_buffer}, after BH_Dirty was cleared. */
  void hideDirty(JournalHead jh) {
    JbdBuffer.of(jh.bh()).jbdDirty = true;
  }

  /**
   * {@code journal_forget}: the buffer leaves the running transaction, or its successor if commit
   * has it. Whether the journal is through with it.
   */
  boolean forget(JournalHead jh, Transaction transaction) {
    jh.bModified = false;
    if (jh.bTransaction != transaction) {
      jh.bNextTransaction = null;
      return false;
    }
    JbdBuffer.of(jh.bh()).jbdDirty = false;
    if (jh.bCpTransaction != null) {
      unlink(jh);
      file(jh, transaction, Jlist.FORGET, false);
      return false;
    }
    unfile(jh);
    return true;
  }

  /** Sleeps until commit has written the buffer to the log. */
  void waitUnshadow(Caller<Done> caller, JournalHead jh) {
    if (jh.bJlist == Jlist.SHADOW) {
      JbdBuffer.of(jh.bh()).unshadow.sleep(caller);
    } else {
      caller.answer(Done.DONE);
    }
  }

  /** {@code wake_up_bit(BH_Unshadow)}. */
  void wakeUnshadow(BufferHead bh) {
    JbdBuffer.of(bh).unshadow.wakeAll(Done.DONE);
  }

  // ---- releasepage ----

  /**
   * {@code __journal_try_to_free_buffer} of a clean and unlocked buffer: drops its journal_head's
   * transaction if that only waited for the data to be written.
   */
  void tryToFree(Caller<?> caller, JournalHead jh) {
    boolean freed = false;
    if (jh.bNextTransaction == null) {
      if (jh.bTransaction != null && jh.bCpTransaction == null) {
        freed = jh.bJlist == Jlist.SYNC_DATA || jh.bJlist == Jlist.LOCKED;
        if (freed) {
          unfile(jh);
        }
      } else if (jh.bCpTransaction != null && jh.bTransaction == null) {
        freed = jh.bJlist == Jlist.NONE;
        if (freed) {
          journal.checkpoints.remove(jh);
        }
      }
    }
    if (freed) {
      tracer.emit(Tracepoint.of("journal_try_to_free_buffer: unfiled", caller.context(), jh.bh()));
    } else if (jh.bTransaction != null || jh.bCpTransaction != null) {
      tracer.emit(
          new Tracepoint(
              "journal_try_to_free_buffer: busy",
              caller.context(),
              jh.bh(),
              jh.bTransaction,
              jh.bJlist.kernelName() + " next=%d checkpoint=%d",
              jh.bNextTransaction == null ? 0 : 1,
              jh.bCpTransaction == null ? 0 : 1));
    }
  }

  /**
   * Whether a buffer has a journal_head although nothing was left to be taken out: somebody else
   * has a reference on it.
   */
  boolean staysWithJournal(Caller<?> caller, BufferHead bh) {
    JournalHead jh = jh(bh);
    if (jh != null && jh.bTransaction == null && jh.bCpTransaction == null) {
      tracer.emit(
          Tracepoint.of("journal_try_to_free_buffer: busy", caller.context(), bh, "b_jcount", 0));
    }
    return jh != null;
  }

  /** Says why {@code __journal_try_to_free_buffer} did not look further. */
  void busyToFree(Caller<?> caller, BufferHead bh, boolean locked, boolean dirty) {
    tracer.emit(
        new Tracepoint(
            "journal_try_to_free_buffer: busy",
            caller.context(),
            bh,
            null,
            "locked=%d dirty=%d",
            locked ? 1 : 0,
            dirty ? 1 : 0));
  }

  // ---- truncation, jbd2 ----

  /**
   * The locked part of {@code journal_unmap_buffer}: takes a truncated buffer from whoever has it,
   * but from commit, which is told to forget it. Whether the buffer can be zapped.
   */
  boolean unmapBuffer(JournalHead jh, boolean dirty) {
    JbdBuffer b = JbdBuffer.of(jh.bh());
    Transaction owner = jh.bTransaction;
    Transaction running = journal.running();
    if (owner != null && journal.isCommitting(owner)) {
      b.freed = true;
      if (running != null && b.jbdDirty) {
        jh.bNextTransaction = running;
      }
      return false;
    }
    Transaction heir = owner != null || running != null ? running : journal.committing();
    if (jh.bCpTransaction != null && (owner != null || dirty) && heir != null) {
      unlink(jh);
      file(jh, heir, Jlist.FORGET, false);
    } else if (owner != null) {
      unfile(jh);
    } else {
      b.jbdDirty = false;
      journal.checkpoints.remove(jh);
    }
    jh.bModified = false;
    return true;
  }

  // ---- commit ----

  /** The first or last entry of a list, and whether somebody spins for j_list_lock. */
  record Entry(@Nullable JournalHead jh, boolean contended) {}

  Entry first(Transaction transaction, Jlist jlist) {
    return new Entry(transaction.list(jlist).first(), journal.listLock.spinning() > 0);
  }

  Entry last(Transaction transaction, Jlist jlist) {
    return new Entry(transaction.list(jlist).last(), journal.listLock.spinning() > 0);
  }

  /** {@code buffer_jbd(bh)} and the buffer is still on this list. */
  boolean isOn(JournalHead jh, Jlist jlist) {
    return JbdBuffer.of(jh.bh()).jh != null && jh.bJlist == jlist;
  }

  /** {@code buffer_jbd(bh)} and the buffer is still on this transaction's list. */
  boolean isOn(JournalHead jh, Transaction transaction, Jlist jlist) {
    return isOn(jh, jlist) && jh.bTransaction == transaction;
  }

  /** {@code __journal_unfile_buffer} in commit's wait loop: whether mark_buffer_dirty is due. */
  boolean unfileWaited(Caller<?> caller, JournalHead jh) {
    tracer.emit(Tracepoint.of("commit: unfile", caller.context(), jh.bh()));
    return unfile(jh);
  }

  /** Commit starts anew to count which buffers the next transaction changes. */
  void clearModified(Transaction transaction) {
    JournalList list = transaction.list(Jlist.METADATA);
    for (JournalHead jh = list.first(); jh != null; jh = list.after(jh.filed)) {
      jh.bModified = false;
    }
  }

  /** Commit is through with the copy of a buffer, or with its need for one. */
  void dropFrozen(JournalHead jh) {
    jh.bFrozenData = null;
  }

  /**
   * What commit does with a buffer on t_forget, under bh_state and j_list_lock, up to the refiling:
   * what was changed has to be written home before this transaction leaves the log.
   */
  void renewCheckpoint(JournalHead jh, Transaction transaction) {
    journal.checkpoints.remove(jh);
    if (JbdBuffer.of(jh.bh()).jbdDirty) {
      journal.checkpoints.insert(jh, transaction);
    }
  }
}
