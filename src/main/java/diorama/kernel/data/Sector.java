package diorama.kernel.data;

import java.util.Arrays;

/** The content of 512 bytes: an immutable value that is moved by reference. */
public sealed interface Sector {
  /** Bytes in a sector. */
  int SIZE = 512;

  /** The byte at an offset below {@link #SIZE}. */
  byte byteAt(int offset);

  /** A number that differs where the value differs, nearly always; the same on every JVM. */
  long digest();

  /**
   * What a write made, known by which write it was and which of its sectors: no bytes are kept.
   *
   * @param stamp the write, unique in its machine
   * @param index the sector within the write's source buffer
   */
  record Stamped(long stamp, long index) implements Sector {
    @Override
    public byte byteAt(int offset) {
      long mixed = (stamp * 0x9E3779B97F4A7C15L + index) * 0xBF58476D1CE4E5B9L + offset;
      return (byte) (mixed ^ (mixed >>> 29));
    }

    @Override
    public long digest() {
      return stamp * 0x9E3779B97F4A7C15L + index;
    }
  }

  /** Plain bytes. */
  final class Bytes implements Sector {
    /** A sector that holds zeros. */
    public static final Bytes ZERO = new Bytes(new byte[SIZE]);

    private final byte[] bytes;

    /** The array belongs to the sector from here on and must not change. */
    public Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public byte byteAt(int offset) {
      return bytes[offset];
    }

    @Override
    public long digest() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes b && Arrays.equals(bytes, b.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }
}
