package diorama.kernel.tracepoint;

/**
 * Bytes that a system call moves between a user's memory and a file. Each is equal to itself only.
 */
public interface Transfer extends Subject {
  /** The file's inode number. */
  long ino();

  /** Where in the file, in bytes. */
  long offset();

  /** How many bytes were asked for. */
  long length();

  /** Whether it goes past the page cache. */
  boolean direct();

  /**
   * A number that stands for the content of one of its sectors, counted from {@link #offset}. Of a
   * read it is what was read by the time of the call.
   */
  long digest(int sector);

  /**
   * Whether {@link #digest} is known: not so of a write before it has taken what it writes from a
   * mapping.
   */
  default boolean isKnown(int sector) {
    return true;
  }

  @Override
  default Kind kind() {
    return Kind.TRANSFER;
  }
}
