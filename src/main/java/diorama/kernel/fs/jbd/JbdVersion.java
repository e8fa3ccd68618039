package diorama.kernel.fs.jbd;

/**
 * Which of the two journals it is: {@code fs/jbd} of ext3, or {@code fs/jbd2} of ext4, which began
 * as a copy of it. What differs is chosen by this where a few lines do, and stands in classes of
 * its own where a function does: {@link CommitInodes}, {@link Jbd2Buffers}.
 */
public enum JbdVersion {
  JBD,
  JBD2;

  /** What a transaction is in when it is out of {@code j_committing_transaction}. */
  Transaction.State committed() {
    return this == JBD ? Transaction.State.FINISHED : Transaction.State.COMMIT_CALLBACK;
  }

  /** The name that a function of jbd has here. */
  String name(String jbd) {
    if (this == JBD) {
      return jbd;
    }
    if (jbd.equals("journal_start")) {
      return "jbd2__journal_start";
    }
    return jbd.startsWith("__") ? "__jbd2_" + jbd.substring(2) : "jbd2_" + jbd;
  }
}
