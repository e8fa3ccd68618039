package diorama.engine.record;

import java.nio.charset.StandardCharsets;

/**
 * Takes a payload apart. The checksums have said that it is what was written, so a payload that
 * makes no sense was written by something else; reading it throws {@link IllegalArgumentException}.
 */
final class PayloadReader {
  private final byte[] bytes;
  private final int length;
  private int at;

  /** The first bytes of an array, which is not copied. */
  PayloadReader(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  boolean atEnd() {
    return at == length;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = next();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }

  /** A number that has to be from 0 up to the bound, which it must not reach. */
  int below(int bound) {
    long value = number();
    if (value < 0 || value >= bound) {
      throw new IllegalArgumentException("a number is out of its range");
    }
    return (int) value;
  }

  String text() {
    return text(below(length - at + 1));
  }

  String rest() {
    return text(length - at);
  }

  private String text(int size) {
    String text = new String(bytes, at, size, StandardCharsets.UTF_8);
    at += size;
    return text;
  }

  private byte next() {
    if (atEnd()) {
      throw new IllegalArgumentException("a number has no end");
    }
    return bytes[at++];
  }
}
