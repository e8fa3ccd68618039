package diorama.trace;

import diorama.check.Recorded;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The last entries of one sort, written by many threads without a lock. */
final class Ring {
  private final AtomicReferenceArray<Recorded> slots;
  private final int mask;
  private final AtomicLong written = new AtomicLong();

  /**
   * @param capacity how many entries it keeps, a power of two
   */
  Ring(int capacity) {
    if (capacity < 1 || Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("capacity " + capacity + " is not a power of two");
    }
    slots = new AtomicReferenceArray<>(capacity);
    mask = capacity - 1;
  }

  void add(Recorded entry) {
    slots.setRelease((int) written.getAndIncrement() & mask, entry);
  }

  /** How many entries were ever added. */
  long written() {
    return written.get();
  }

  /** Copies what it holds, in no order. */
  void copyTo(List<Recorded> entries) {
    for (int i = 0; i < slots.length(); i++) {
      Recorded entry = slots.getAcquire(i);
      if (entry != null) {
        entries.add(entry);
      }
    }
  }

  int capacity() {
    return slots.length();
  }
}
