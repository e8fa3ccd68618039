package diorama.kernel.tracepoint;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;

/**
 * Content that nobody wrote to the file where it is read: what a page of memory or a block of the
 * disk held before, as a value that can be told from any other.
 */
public final class NeverWritten {
  /** A page's memory as it was handed out. */
  public static final long MEMORY = -(3L << 32);

  /** A block of a file that was deleted. */
  public static final long DELETED_FILE = -(4L << 32);

  private static final long MOST_SECTORS = 1L << 33;

  private NeverWritten() {}

  /** A page as it comes from the allocator. */
  public static Content memory(int sectors) {
    return Content.stamped(MEMORY, 0, sectors);
  }

  /** What a deleted file left in some sectors of the disk. */
  public static Content deletedFile(long sector, int sectors) {
    return Content.stamped(DELETED_FILE, sector, sectors);
  }

  /**
   * Which of them a sector with this {@link Sector#digest} is: {@link #MEMORY}, {@link
   * #DELETED_FILE}, or 0 for neither.
   */
  public static long kind(long digest) {
    return is(MEMORY, digest) ? MEMORY : is(DELETED_FILE, digest) ? DELETED_FILE : 0;
  }

  private static boolean is(long stamp, long digest) {
    long index = digest - new Sector.Stamped(stamp, 0).digest();
    return index >= 0 && index < MOST_SECTORS;
  }
}
