package diorama.engine.seeded;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The timers of one world, few at a time, in the order in which they are due. */
final class TimerQueue {
  private Timer[] timers = new Timer[16];
  private int size;

  void add(Timer timer) {
    if (size == timers.length) {
      timers = Arrays.copyOf(timers, 2 * size);
    }
    int at = size++;
    // Sorted with the first one last, so that taking it moves nothing.
    while (at > 0 && timers[at - 1].isBefore(timer)) {
      timers[at] = timers[at - 1];
      at--;
    }
    timers[at] = timer;
  }

  @Nullable Timer first() {
    return size == 0 ? null : timers[size - 1];
  }

  void remove(Timer timer) {
    int at = size - 1;
    while (at >= 0 && timers[at] != timer) {
      at--;
    }
    if (at >= 0) {
      System.arraycopy(timers, at + 1, timers, at, size - at - 1);
      timers[--size] = null;
    }
  }

  /** The first of the timers that an actor has armed, or null. */
  @Nullable Timer first(long source) {
    for (int i = size - 1; i >= 0; i--) {
      if (timers[i].source() == source) {
        return timers[i];
      }
    }
    return null;
  }

  /** The timer with this stamp, or null. */
  @Nullable Timer find(long source, long sequence) {
    for (int i = size - 1; i >= 0; i--) {
      if (timers[i].sequence == sequence && timers[i].source() == source) {
        return timers[i];
      }
    }
    return null;
  }

  int size() {
    return size;
  }

  void clear() {
    Arrays.fill(timers, 0, size, null);
    size = 0;
  }
}
