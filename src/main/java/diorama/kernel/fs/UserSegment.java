package diorama.kernel.fs;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import org.jspecify.annotations.Nullable;

/**
 * One contiguous piece of user memory under direct I/O, the source of a write or the target of a
 * read.
 */
final class UserSegment {
  private static final int PAGE_SHIFT = 12;

  /** A page of user memory, or the zero page. */
  record UserPage(@Nullable UserSegment segment, long number) {
    /** {@code ZERO_PAGE}. */
    static final UserPage ZERO = new UserPage(null, 0);
  }

  private final long base;
  private final long length;
  private final long mapped;
  private final @Nullable Content source;
  private final @Nullable ReadBuffer target;

  private UserSegment(
      long base, long length, long mapped, @Nullable Content source, @Nullable ReadBuffer target) {
    this.base = base;
    this.length = length;
    this.mapped = mapped;
    this.source = source;
    this.target = target;
  }

  static UserSegment of(IoVec iov) {
    return new UserSegment(iov.base(), iov.length(), iov.mapped(), iov.memory(), null);
  }

  static UserSegment of(ReadBuffer buffer) {
    return new UserSegment(buffer.base(), buffer.length(), buffer.length(), null, buffer);
  }

  long base() {
    return base;
  }

  long length() {
    return length;
  }

  /**
   * {@code get_user_pages}: how many of the pages from an address on can be pinned before one
   * faults. A page is there as a whole or not at all.
   */
  int getUserPages(long address, int pages) {
    int pinned = 0;
    while (pinned < pages) {
      long page = ((address >> PAGE_SHIFT) + pinned) << PAGE_SHIFT;
      if (Math.max(page, base) >= base + mapped) {
        break;
      }
      pinned++;
    }
    return pinned;
  }

  /** Which sector of this memory is at a place in one of its pages. */
  int sectorAt(UserPage page, int offset) {
    return (int) (((page.number() << PAGE_SHIFT) + offset - base) / Sector.SIZE);
  }

  /** What a write takes from here. */
  Content read(int firstSector, int sectors) {
    return source == null ? Content.zeros(sectors) : source.slice(firstSector, sectors);
  }

  /** What a read puts here. */
  void store(int firstSector, Content content) {
    if (target != null) {
      target.store(firstSector, content);
    }
  }
}
