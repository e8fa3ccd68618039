package diorama.kernel.fs.jbd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code j_checkpoint_transactions}: committed transactions whose buffers are not all home yet,
 * oldest first. Under j_list_lock.
 */
final class Checkpoints {
  private final Journal journal;
  private final List<Transaction> transactions = new ArrayList<>();

  Checkpoints(Journal journal) {
    this.journal = journal;
  }

  /** The oldest, or null. */
  @Nullable Transaction first() {
    return transactions.isEmpty() ? null : transactions.get(0);
  }

  /** The buffers that {@code __journal_clean_checkpoint_list} looks at, in its order. */
  List<JournalHead> unfiled() {
    List<JournalHead> found = new ArrayList<>();
    for (Transaction transaction : transactions) {
      addUnfiled(transaction.checkpointList, found);
      addUnfiled(transaction.checkpointIoList, found);
    }
    return found;
  }

  private static void addUnfiled(JournalList list, List<JournalHead> found) {
    for (JournalHead jh = list.first(); jh != null; jh = list.after(jh.checkpointed)) {
      if (jh.bJlist == Jlist.NONE) {
        found.add(jh);
      }
    }
  }

  /** The first buffer of a checkpoint list, as long as its transaction is the oldest one. */
  CheckpointRequest.CheckpointEntry first(Transaction transaction, boolean io) {
    JournalHead jh =
        transaction != first()
            ? null
            : io ? transaction.checkpointIoList.first() : transaction.checkpointList.first();
    return new CheckpointRequest.CheckpointEntry(jh, jh == null ? null : jh.bTransaction);
  }

  /** A transaction is in the log: it is kept as long as it pins a part of it. */
  void committed(Transaction transaction) {
    if (!transaction.checkpointList.isEmpty()) {
      transactions.add(transaction);
    }
  }

  /** {@code __journal_insert_checkpoint}. */
  void insert(JournalHead jh, Transaction transaction) {
    jh.bCpTransaction = transaction;
    transaction.checkpointList.addFirst(jh.checkpointed);
    jh.onCheckpointIoList = false;
  }

  /** {@code __journal_remove_checkpoint}: whether that freed the whole transaction. */
  boolean remove(JournalHead jh) {
    Transaction transaction = jh.bCpTransaction;
    if (transaction == null) {
      return false;
    }
    (jh.onCheckpointIoList ? transaction.checkpointIoList : transaction.checkpointList)
        .remove(jh.checkpointed);
    jh.bCpTransaction = null;
    if (!transaction.checkpointList.isEmpty()
        || !transaction.checkpointIoList.isEmpty()
        || journal.isCommitting(transaction)) {
      return false;
    }
    transactions.remove(transaction);
    return true;
  }

  /** {@code __buffer_relink_io}: the buffer is being written home. */
  void relinkIo(JournalHead jh) {
    Transaction transaction = java.util.Objects.requireNonNull(jh.bCpTransaction);
    transaction.checkpointList.remove(jh.checkpointed);
    transaction.checkpointIoList.addFirst(jh.checkpointed);
    jh.onCheckpointIoList = true;
  }
}
