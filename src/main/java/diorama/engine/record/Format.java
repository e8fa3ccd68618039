package diorama.engine.record;

/** What writer and reader have to agree on; the package's description has it in words. */
final class Format {
  static final byte[] MAGIC = {(byte) 0x89, 'D', 'I', 'O', 'R', 'A', 'M', 'A'};
  static final int VERSION = 1;

  static final int HEADER = 1;
  static final int ACTORS = 2;
  static final int DELIVERIES = 3;
  static final int NOTE = 4;
  static final int END = 5;

  /** Type, length and checksum before a payload. */
  static final int FRAME_HEAD = 8;

  static final int CHECKSUM = 4;
  static final int LONGEST_PAYLOAD = (1 << 24) - 1;

  private Format() {}

  /** A signed number as an unsigned one that is small when the number is near 0. */
  static long zigzag(long number) {
    return (number << 1) ^ (number >> 63);
  }

  static long unzigzag(long number) {
    return (number >>> 1) ^ -(number & 1);
  }
}
