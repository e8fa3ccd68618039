package diorama.kernel.fs;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One contiguous piece of user memory under direct I/O, the source of a write or the target of a
 * read.
 */
public final class UserSegment {
  private static final int PAGE_SHIFT = 12;

  /**
   * A page of user memory, or the zero page.
   *
   * @param page the page of the page cache that is mapped there, pinned; null for memory of the
   *     process's own
   */
  public record UserPage(@Nullable UserSegment segment, long number, @Nullable Page page) {
    /** {@code ZERO_PAGE}. */
    public static final UserPage ZERO = new UserPage(null, 0, null);
  }

  private final long base;
  private final long length;
  private final long mapped;
  private final @Nullable Content source;
  private final @Nullable MappedMemory mapping;
  private final @Nullable ReadBuffer target;

  private UserSegment(
      long base,
      long length,
      long mapped,
      @Nullable Content source,
      @Nullable MappedMemory mapping,
      @Nullable ReadBuffer target) {
    this.base = base;
    this.length = length;
    this.mapped = mapped;
    this.source = source;
    this.mapping = mapping;
    this.target = target;
  }

  /** The source of a write. */
  public static UserSegment of(IoVec iov) {
    return new UserSegment(
        iov.base(), iov.length(), iov.mapped(), iov.memory(), iov.mapping(), null);
  }

  /** The target of a read. */
  public static UserSegment of(ReadBuffer buffer) {
    return new UserSegment(buffer.base(), buffer.length(), buffer.length(), null, null, buffer);
  }

  /** The user address. */
  public long base() {
    return base;
  }

  /** Bytes. */
  public long length() {
    return length;
  }

  /**
   * {@code get_user_pages}: those of the pages from an address on that can be had before one
   * faults. A page is there as a whole or not at all. Memory of the process's own is there at once,
   * because nobody else changes what is mapped; of a mapping each page is brought in and pinned.
   */
  public Step<List<UserPage>> getUserPages(long address, int pages) {
    long first = address >> PAGE_SHIFT;
    if (mapping == null) {
      List<UserPage> own = new ArrayList<>();
      int accessible = accessiblePages(address, pages);
      for (int i = 0; i < accessible; i++) {
        own.add(new UserPage(this, first + i, null));
      }
      return Step.done(own);
    }
    return mapping
        .getUserPages(address, pages)
        .map(
            pinned -> {
              List<UserPage> there = new ArrayList<>();
              for (Page page : pinned) {
                there.add(new UserPage(this, first + there.size(), page));
              }
              return there;
            });
  }

  private int accessiblePages(long address, int pages) {
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
  public int sectorAt(UserPage page, int offset) {
    return (int) (((page.number() << PAGE_SHIFT) + offset - base) / Sector.SIZE);
  }

  /** What a write takes from here; of a mapping, what it has taken. */
  public Content read(int firstSector, int sectors) {
    if (mapping != null) {
      return mapping.taken(firstSector, sectors);
    }
    return source == null ? Content.zeros(sectors) : source.slice(firstSector, sectors);
  }

  /** Notes what a write takes from a mapping. */
  public void take(int firstSector, Content content) {
    if (mapping != null) {
      mapping.take(firstSector, content);
    }
  }

  /** What a read puts here. */
  public void store(int firstSector, Content content) {
    if (target != null) {
      target.store(firstSector, content);
    }
  }
}
