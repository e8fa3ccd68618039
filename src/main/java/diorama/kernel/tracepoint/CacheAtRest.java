package diorama.kernel.tracepoint;

import java.util.List;

/**
 * What a machine that has come to rest holds of a file in its page cache, beside what its device
 * holds there.
 *
 * @param ino the file's inode number
 * @param pages those that are clean and up to date, in the order of the file
 */
public record CacheAtRest(long ino, List<Page> pages) implements Subject {
  /**
   * A page.
   *
   * @param index which page of the file
   * @param cached a number that stands for its content in the cache
   * @param media a number that stands for what a read from the device would return
   */
  public record Page(long index, long cached, long media) {}

  /** Keeps the pages from changing. */
  public CacheAtRest {
    pages = List.copyOf(pages);
  }

  @Override
  public Kind kind() {
    return Kind.INODE;
  }

  @Override
  public String label() {
    return "inode " + ino;
  }
}
