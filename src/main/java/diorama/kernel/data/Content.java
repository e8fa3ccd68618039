package diorama.kernel.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable run of sectors: a page, a block, a bio's data, a user buffer.
 *
 * <p>A run that one write stamped is one small object however long it is, so that a write of 32 MiB
 * copies nothing.
 */
public final class Content {
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final int sectors;
  private final long stamp;
  private final long firstIndex;
  private final Sector @Nullable [] values;

  private Content(int sectors, long stamp, long firstIndex, Sector @Nullable [] values) {
    this.sectors = sectors;
    this.stamp = stamp;
    this.firstIndex = firstIndex;
    this.values = values;
  }

  /** Zeros. */
  public static Content zeros(int sectors) {
    return new Content(sectors, 0, 0, null);
  }

  /**
   * A write's own data.
   *
   * @param stamp which write, not 0
   * @param firstIndex which of the write's sectors comes first
   */
  public static Content stamped(long stamp, long firstIndex, int sectors) {
    return new Content(sectors, stamp, firstIndex, null);
  }

  /** These sectors, which must not change afterwards. */
  public static Content of(Sector... values) {
    return new Content(values.length, 0, 0, values);
  }

  /** How many sectors. */
  public int sectors() {
    return sectors;
  }

  /** The sector at a position. */
  public Sector sector(int i) {
    if (i < 0 || i >= sectors) {
      throw new IndexOutOfBoundsException("sector " + i + " of " + sectors);
    }
    if (values != null) {
      return values[i];
    }
    return stamp == 0 ? Sector.Bytes.ZERO : new Sector.Stamped(stamp, firstIndex + i);
  }

  /** A part of this run. */
  public Content slice(int from, int count) {
    if (from == 0 && count == sectors) {
      return this;
    }
    if (values == null) {
      return new Content(count, stamp, stamp == 0 ? 0 : firstIndex + from, null);
    }
    return of(Arrays.copyOfRange(values, from, from + count));
  }

  /** This run with the sectors from a position on replaced by another run. */
  public Content with(int at, Content other) {
    if (at == 0 && other.sectors == sectors) {
      return other;
    }
    Sector[] merged = new Sector[sectors];
    for (int i = 0; i < sectors; i++) {
      merged[i] = i >= at && i < at + other.sectors ? other.sector(i - at) : sector(i);
    }
    return of(merged);
  }

  /**
   * This run with some bytes replaced: whole sectors by reference, parts of sectors byte by byte.
   *
   * @param offset byte offset in this run
   * @param sourceOffset byte offset in the source
   */
  public Content withBytes(int offset, Content source, long sourceOffset, int bytes) {
    if (offset % Sector.SIZE == 0 && sourceOffset % Sector.SIZE == 0 && bytes % Sector.SIZE == 0) {
      return with(
          offset / Sector.SIZE,
          source.slice((int) (sourceOffset / Sector.SIZE), bytes / Sector.SIZE));
    }
    Sector[] merged = new Sector[sectors];
    for (int s = 0; s < sectors; s++) {
      int start = s * Sector.SIZE;
      int from = Math.max(0, offset - start);
      int to = Math.min(Sector.SIZE, offset + bytes - start);
      merged[s] = sector(s);
      if (from < to) {
        byte[] changed = new byte[Sector.SIZE];
        for (int i = 0; i < Sector.SIZE; i++) {
          changed[i] =
              i < from || i >= to
                  ? merged[s].byteAt(i)
                  : source.byteAt(sourceOffset + start + i - offset);
        }
        merged[s] = new Sector.Bytes(changed);
      }
    }
    return of(merged);
  }

  /** The byte at an offset. */
  public byte byteAt(long offset) {
    return sector((int) (offset / Sector.SIZE)).byteAt((int) (offset % Sector.SIZE));
  }

  /** This run followed by another. */
  public Content followedBy(Content other) {
    if (values == null
        && other.values == null
        && stamp == other.stamp
        && (stamp == 0 || firstIndex + sectors == other.firstIndex)) {
      return new Content(sectors + other.sectors, stamp, firstIndex, null);
    }
    Sector[] joined = new Sector[sectors + other.sectors];
    for (int i = 0; i < joined.length; i++) {
      joined[i] = i < sectors ? sector(i) : other.sector(i - sectors);
    }
    return of(joined);
  }

  /** Whether every sector is the same value in both. */
  public boolean sameAs(Content other) {
    if (sectors != other.sectors) {
      return false;
    }
    if (values == null && other.values == null) {
      return stamp == other.stamp && (stamp == 0 || firstIndex == other.firstIndex);
    }
    for (int i = 0; i < sectors; i++) {
      if (!sector(i).equals(other.sector(i))) {
        return false;
      }
    }
    return true;
  }

  /** A number that differs where the content differs, nearly always; the same on every JVM. */
  public long digest() {
    if (values == null) {
      return (stamp * MIX + firstIndex) * MIX + sectors;
    }
    long digest = 0;
    for (Sector value : values) {
      digest = digest * MIX + value.digest();
    }
    return digest;
  }
}
