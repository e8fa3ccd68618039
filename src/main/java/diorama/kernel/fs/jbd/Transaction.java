package diorama.kernel.fs.jbd;

import diorama.kernel.tracepoint.Subject;

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
