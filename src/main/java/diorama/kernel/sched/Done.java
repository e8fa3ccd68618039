package diorama.kernel.sched;

/** The answer of a call that has nothing to tell but that it is done: C's {@code void}. */
public enum Done {
  /** The only value. */
  DONE
}
