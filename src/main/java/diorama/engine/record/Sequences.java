package diorama.engine.record;

import java.util.Arrays;

/** The last sequence number of each sender, from which the next one usually differs by little. */
final class Sequences {
  private long[] last = new long[64];

  /**
   * The sender's next number.
   *
   * @param sender from -1 for outside upwards
   * @return by how much it differs from the last one, or from 0
   */
  long change(int sender, long sequence) {
    int at = room(sender);
    long change = sequence - last[at];
    last[at] = sequence;
    return change;
  }

  /** The sender's next number, from the difference to the last one. */
  long add(int sender, long change) {
    int at = room(sender);
    last[at] += change;
    return last[at];
  }

  private int room(int sender) {
    int at = sender + 1;
    if (at >= last.length) {
      last = Arrays.copyOf(last, Math.max(at + 1, 2 * last.length));
    }
    return at;
  }
}
