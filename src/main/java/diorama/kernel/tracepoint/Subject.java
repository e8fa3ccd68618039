package diorama.kernel.tracepoint;

/** A piece of kernel memory that a tracepoint is about; equal subjects are the same incarnation. */
public interface Subject {
  /** What kind of memory. */
  Kind kind();

  /** How a person tells it from others, for example {@code page 12} or {@code kiocb c1a2#3}. */
  String label();

  /**
   * A number that tells it from others as well as its label does; the same on every JVM. What is
   * traced often has a way to it that makes no text.
   */
  default long fingerprint() {
    return label().hashCode();
  }

  /** What is in it, as a number; 0 for memory that holds no user's data. */
  default long contents() {
    return 0;
  }

  /** The kinds of memory that tracepoints speak of. */
  enum Kind {
    KIOCB,
    KIOCTX,
    DIO,
    BIO,
    PAGE,
    BUFFER,
    TRANSACTION,
    INODE,
    TRANSFER,
    WORKQUEUE,
    FILE
  }
}
