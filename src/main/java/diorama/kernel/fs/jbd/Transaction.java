package diorama.kernel.fs.jbd;

import diorama.kernel.fs.Inode;
import diorama.kernel.tracepoint.Subject;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * {@code transaction_t}, as a pointer that contexts hand around.
 *
 * <p>Its state and counts are guarded by j_state_lock and t_handle_lock, its lists by j_list_lock;
 * all of it is touched by the journal's actor only.
 */
public final class Transaction implements Subject {
  /** {@code t_state}. */
  public enum State {
    /** Handles join. */
    RUNNING("T_RUNNING"),
    /** New handles sleep; commit waits for those that there are. */
    LOCKED("T_LOCKED"),
    /** Data is written; the next transaction may run. */
    FLUSH("T_FLUSH"),
    /** Metadata is written to the log. */
    COMMIT("T_COMMIT"),
    /** jbd2: the log blocks are on their way, the device may be flushed. */
    COMMIT_DFLUSH("T_COMMIT_DFLUSH"),
    /** jbd2: the commit record is written. */
    COMMIT_JFLUSH("T_COMMIT_JFLUSH"),
    /** jbd2: committed; what was freed in it can be used again. */
    COMMIT_CALLBACK("T_COMMIT_CALLBACK"),
    /** In the log; what is left is to write the buffers home. */
    FINISHED("T_FINISHED");

    private final String kernelName;

    State(String kernelName) {
      this.kernelName = kernelName;
    }

    /** The kernel's name. */
    public String kernelName() {
      return kernelName;
    }
  }

  private final int tid;
  private final JournalList[] lists = new JournalList[Jlist.values().length];
  final JournalList checkpointList = new JournalList();
  final JournalList checkpointIoList = new JournalList();

  /** {@code t_inode_list} of jbd2: whose data have to be on disk first, in the order of joining. */
  final Set<Inode> inodeList = new LinkedHashSet<>();

  State state = State.RUNNING;
  int updates;
  int outstandingCredits;
  int handleCount;
  long logStart;

  /** {@code time_after_eq(jiffies, t_expires)}: set by the timer that stands for the clock. */
  boolean expired;

  Transaction(int tid) {
    this.tid = tid;
    for (int i = 0; i < lists.length; i++) {
      lists[i] = new JournalList();
    }
  }

  /** {@code t_tid}. */
  public int tid() {
    return tid;
  }

  /** {@code t_sync_datalist}, {@code t_buffers}, {@code t_locked_list} and so on. */
  JournalList list(Jlist which) {
    return lists[which.ordinal()];
  }

  @Override
  public Kind kind() {
    return Kind.TRANSACTION;
  }

  @Override
  public String label() {
    return "transaction " + tid;
  }
}
