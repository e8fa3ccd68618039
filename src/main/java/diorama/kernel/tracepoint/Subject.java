package diorama.kernel.tracepoint;

/** A piece of kernel memory that a tracepoint is about; equal subjects are the same incarnation. */
public interface Subject {
  /** What kind of memory. */
  Kind kind();

  /** How a person tells it from others, for example {@code page 12} or {@code kiocb c1a2#3}. */
  String label();

  /** The kinds of memory that tracepoints speak of. */
  enum Kind {
    KIOCB,
    KIOCTX,
    DIO,
    BIO,
    PAGE,
    BUFFER,
    TRANSACTION,
    INODE
  }
}
