package diorama.process;

/**
 * Flags of {@code open(2)}.
 *
 * <p>A machine's files are there from its start, so that O_CREAT finds them; there is no O_TRUNC.
 */
public enum OpenFlag {
  O_RDONLY,
  O_WRONLY,
  O_RDWR,
  O_CREAT,
  O_DIRECT,
  O_SYNC
}
