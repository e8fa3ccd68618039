package diorama.engine.natural;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The timers that wait, as a binary heap in which each timer knows its place, so that one can be
 * taken out of the middle. Not safe for several threads: callers hold its lock.
 */
final class TimerHeap {
  private @Nullable MicroTimer[] timers = new @Nullable MicroTimer[64];
  private int size;
  private long arrivals;

  int size() {
    return size;
  }

  /** The timer that is due first, or null. */
  @Nullable MicroTimer first() {
    return timers[0];
  }

  void add(MicroTimer timer) {
    if (size == timers.length) {
      timers = Arrays.copyOf(timers, 2 * size);
    }
    timer.arrival = arrivals++;
    rise(size++, timer);
  }

  /** Takes out a timer that is in the heap. */
  void remove(MicroTimer timer) {
    int hole = timer.index;
    MicroTimer last = at(--size);
    timers[size] = null;
    timer.index = -1;
    if (last != timer) {
      rise(hole, last);
      if (last.index == hole) {
        sink(hole, last);
      }
    }
  }

  /** Puts a timer at a free place or above it, where its parent is due no later. */
  private void rise(int place, MicroTimer timer) {
    int at = place;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      MicroTimer above = at(parent);
      if (!timer.isBefore(above)) {
        break;
      }
      put(at, above);
      at = parent;
    }
    put(at, timer);
  }

  /** Puts a timer at a free place or below it, where its children are due no sooner. */
  private void sink(int place, MicroTimer timer) {
    int at = place;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && at(child + 1).isBefore(at(child))) {
        child++;
      }
      MicroTimer below = at(child);
      if (!below.isBefore(timer)) {
        break;
      }
      put(at, below);
      at = child;
    }
    put(at, timer);
  }

  private MicroTimer at(int place) {
    MicroTimer timer = timers[place];
    if (timer == null) {
      throw new IllegalStateException("no timer at " + place + " of " + size);
    }
    return timer;
  }

  private void put(int place, MicroTimer timer) {
    timers[place] = timer;
    timer.index = place;
  }
}
