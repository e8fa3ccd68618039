package diorama.engine.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a block that is being filled. */
final class Payload {
  private static final int LONGEST_NUMBER = 10;

  private byte[] bytes;
  private int length;

  Payload(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  byte[] bytes() {
    return bytes;
  }

  void clear() {
    length = 0;
  }

  /** Seven bits a byte, the lowest first. */
  void number(long value) {
    ensure(LONGEST_NUMBER);
    byte[] to = bytes;
    int at = length;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      to[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    to[at++] = (byte) rest;
    length = at;
  }

  /** A text with its length before it. */
  void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    number(utf8.length);
    raw(utf8, utf8.length);
  }

  void rest(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    raw(utf8, utf8.length);
  }

  void rest(Payload other) {
    raw(other.bytes, other.length);
  }

  private void raw(byte[] from, int count) {
    ensure(count);
    System.arraycopy(from, 0, bytes, length, count);
    length += count;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
