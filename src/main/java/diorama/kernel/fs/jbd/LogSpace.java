package diorama.kernel.fs.jbd;

/** The circular log: where commit writes next and what is not yet home. Under j_state_lock. */
final class LogSpace {
  /** Blocks kept back for descriptors and rounding. */
  private static final int MIN_LOG_RESERVED_BLOCKS = 32;

  private final long first;
  private final long last;
  private long head;
  private long tail;
  private long free;
  private int tailSequence;

  /** A log from block {@code first} of the journal to the one before {@code last}. */
  LogSpace(long first, long last, int tailSequence) {
    this.first = first;
    this.last = last;
    this.head = first;
    this.tail = first;
    this.free = last - first;
    this.tailSequence = tailSequence;
  }

  long head() {
    return head;
  }

  long tail() {
    return tail;
  }

  long free() {
    return free;
  }

  int tailSequence() {
    return tailSequence;
  }

  /** {@code __log_space_left}, with room kept back for descriptor blocks. */
  long spaceLeft() {
    long left = free - MIN_LOG_RESERVED_BLOCKS;
    return left <= 0 ? 0 : left - (left >> 3);
  }

  /** {@code journal_next_log_block}: takes a block, around the end if need be. */
  long nextBlock() {
    if (free <= 1) {
      throw new IllegalStateException("the log is full: J_ASSERT(journal->j_free > 1)");
    }
    long block = head++;
    free--;
    if (head == last) {
      head = first;
    }
    return block;
  }

  /** What {@code cleanup_journal_tail} gives back: the log before this block is free again. */
  void moveTail(long block, int sequence) {
    long freed = block - tail;
    free += block < tail ? freed + last - first : freed;
    tail = block;
    tailSequence = sequence;
  }
}
