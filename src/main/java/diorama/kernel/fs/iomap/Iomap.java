package diorama.kernel.fs.iomap;

/**
 * {@code struct iomap}: what lies from a place of a file on.
 *
 * @param type what it is
 * @param sector where on the device the place is, in 512-byte sectors; nothing for a hole
 * @param length how far it goes from that place on, in bytes, more than 0
 * @param isNew {@code IOMAP_F_NEW}: allocated by this call
 * @param error 0, or a negative errno and nothing else
 */
public record Iomap(Type type, long sector, long length, boolean isNew, long error) {
  /** {@code iomap->type}. */
  public enum Type {
    HOLE,
    /** Allocated, and zeros to a reader until it is converted. */
    UNWRITTEN,
    MAPPED
  }

  /** {@code ->iomap_begin} failed. */
  public static Iomap failed(long error) {
    return new Iomap(Type.HOLE, 0, 0, false, error);
  }
}
