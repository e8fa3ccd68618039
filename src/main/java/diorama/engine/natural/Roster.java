package diorama.engine.natural;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many of a pool's workers are busy, how many look for work, how many sleep: two counts in one
 * word, so that one read is consistent. The word changes when a worker runs out of work, not when
 * it runs a task, and everybody may keep a copy of its cache line until then.
 */
final class Roster {
  private static final long SEARCHING = 1;
  private static final int SLEEPING_SHIFT = 32;
  private static final long SLEEPING = 1L << SLEEPING_SHIFT;

  /** The middle of three cache lines, so that no neighbour in memory disturbs its readers. */
  private static final int WORD = 16;

  private final AtomicLongArray words = new AtomicLongArray(2 * WORD);
  private final int workers;

  Roster(int workers) {
    this.workers = workers;
  }

  int searching() {
    return searching(words.get(WORD));
  }

  int sleeping() {
    return sleeping(words.get(WORD));
  }

  /** The workers that run a task, and will look for the next one before they do anything else. */
  int busy() {
    long word = words.get(WORD);
    return workers - searching(word) - sleeping(word);
  }

  void busyToSearching() {
    words.addAndGet(WORD, SEARCHING);
  }

  void searchingToBusy() {
    words.addAndGet(WORD, -SEARCHING);
  }

  void searchingToSleeping() {
    words.addAndGet(WORD, SLEEPING - SEARCHING);
  }

  void sleepingToSearching() {
    words.addAndGet(WORD, SEARCHING - SLEEPING);
  }

  private static int searching(long word) {
    return (int) word;
  }

  private static int sleeping(long word) {
    return (int) (word >>> SLEEPING_SHIFT);
  }
}
