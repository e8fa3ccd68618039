package diorama.kernel.fs;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import org.jspecify.annotations.Nullable;

/**
 * User memory that a read fills.
 *
 * <p>Written by the context that copies or, for a direct read, by the completing one; the program
 * looks at it after the read has returned or its event was collected, so the answer's message
 * orders the two.
 */
public final class ReadBuffer {
  private final long base;
  private final long length;
  private final @Nullable Sector[] sectors;
  private final long start;

  /**
   * Memory for a read.
   *
   * @param base user address, of which only the alignment matters
   * @param length bytes
   */
  public ReadBuffer(long base, long length) {
    this.base = base;
    this.length = length;
    this.sectors = new Sector[(int) ((length + Sector.SIZE - 1) / Sector.SIZE)];
    this.start = 0;
  }

  private ReadBuffer(ReadBuffer whole, long bytes) {
    this.base = whole.base + bytes;
    this.length = whole.length - bytes;
    this.sectors = whole.sectors;
    this.start = whole.start + bytes;
  }

  /** The same memory without its first bytes: what a request fills that goes on after a part. */
  public ReadBuffer after(long bytes) {
    return new ReadBuffer(this, bytes);
  }

  /** The user address. */
  public long base() {
    return base;
  }

  /** Bytes. */
  public long length() {
    return length;
  }

  /** Stores whole sectors at a sector offset. */
  public void store(int firstSector, Content content) {
    copy((long) firstSector * Sector.SIZE, content, 0, content.sectors() * Sector.SIZE);
  }

  private void storeSectors(int firstSector, Content content) {
    for (int i = 0; i < content.sectors() && firstSector + i < sectors.length; i++) {
      sectors[firstSector + i] = content.sector(i);
    }
  }

  /** {@code copy_to_user}: bytes of a page to a byte offset. */
  public void copy(long offset, Content source, int sourceOffset, int bytes) {
    long to = start + offset;
    if (to % Sector.SIZE == 0 && sourceOffset % Sector.SIZE == 0 && bytes % Sector.SIZE == 0) {
      storeSectors(
          (int) (to / Sector.SIZE), source.slice(sourceOffset / Sector.SIZE, bytes / Sector.SIZE));
      return;
    }
    int fitting = (int) Math.min(bytes, (long) sectors.length * Sector.SIZE - to);
    storeSectors(0, content().withBytes((int) to, source, sourceOffset, fitting));
  }

  /** One sector of what was read so far; zeros where nothing was. */
  Sector sector(int index) {
    int at = (int) (start / Sector.SIZE) + index;
    Sector sector = at < sectors.length ? sectors[at] : null;
    return sector == null ? Sector.Bytes.ZERO : sector;
  }

  /** What was read so far, from the start of the whole buffer on; zeros where nothing was. */
  public Content content() {
    Sector[] filled = new Sector[sectors.length];
    for (int i = 0; i < sectors.length; i++) {
      Sector sector = sectors[i];
      filled[i] = sector == null ? Sector.Bytes.ZERO : sector;
    }
    return Content.of(filled);
  }
}
