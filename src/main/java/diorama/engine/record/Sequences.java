package diorama.engine.record;

import java.util.Arrays;

/** The last sequence number of each sender, from which the next one usually differs by little. */
final class Sequences {
  private long[] last = new long[64];

  /** The last number of the sender, from -1 for outside upwards; 0 when there was none. */
  long last(int sender) {
    int at = sender + 1;
    return at < last.length ? last[at] : 0;
  }

  void set(int sender, long sequence) {
    int at = sender + 1;
    if (at >= last.length) {
      last = Arrays.copyOf(last, Math.max(at + 1, last.length + (last.length >> 1)));
    }
    last[at] = sequence;
  }
}
