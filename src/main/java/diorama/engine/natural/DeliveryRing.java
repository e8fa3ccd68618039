package diorama.engine.natural;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The deliveries of one machine on their way from the threads that run its actors to the one that
 * writes them: any number of producers, one consumer.
 *
 * <p>A producer claims the next position by one atomic addition and then fills its cell. That
 * addition is the order of the record: whoever was told something claims after whoever told it.
 * What a position's cell held a turn before must have been taken first; see {@link #hasRoom}.
 */
final class DeliveryRing {
  static final int CELLS = 1 << 15;

  /** One delivery in so many has its time; the others are between two that have. */
  private static final int TIMED = 16;

  /** So many cells at a time go back to the producers. */
  private static final int GIVEN_BACK = CELLS / 16;

  private static final int MASK = CELLS - 1;

  /** Where the consumer's position stands: no producer's writes share its cache line. */
  private static final int HEAD = 16;

  private static final VarHandle TAIL;
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  static {
    try {
      TAIL = MethodHandles.lookup().findVarHandle(DeliveryRing.class, "tail", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Of each cell: receiver, sender + 1, and in the lowest bit whether it was filled in an even turn
   * of the ring, so that nobody has to empty it; behind that the sequence.
   */
  private final long[] cells = new long[2 * CELLS];

  private final long[] times = new long[CELLS / TIMED];
  private final long[] head = new long[2 * HEAD];
  private final long start;
  private volatile long tail;

  private long lastNanos;

  /**
   * An empty ring.
   *
   * @param start since when times are counted, on the clock of {@link System#nanoTime}
   */
  DeliveryRing(long start) {
    this.start = start;
  }

  /** Takes the next position; the one who took it fills it. */
  long claim() {
    return (long) TAIL.getAndAdd(this, 1L);
  }

  /** How many positions have been claimed. */
  long claimed() {
    return tail;
  }

  boolean hasRoom(long position) {
    return position - taken() < CELLS;
  }

  private static long evenTurn(long position) {
    return (position / CELLS & 1) ^ 1;
  }

  /** Fills a cell that has room. */
  void fill(long position, int receiver, int sender, long number) {
    int cell = (int) position & MASK;
    if (cell % TIMED == 0) {
      times[cell / TIMED] = System.nanoTime() - start;
    }
    cells[2 * cell + 1] = number;
    CELL.setRelease(
        cells, 2 * cell, (long) receiver << 33 | (sender + 1L) << 1 | evenTurn(position));
  }

  /** How many deliveries have been taken. */
  long taken() {
    return (long) CELL.getAcquire(head, HEAD);
  }

  /**
   * Takes what has come, in its order, up to the first cell that is claimed and not filled; by one
   * thread only.
   *
   * @param limit at most this many deliveries are taken in all
   */
  void take(long limit, Sink sink) throws IOException {
    // Kept here and not in fields: those would share a cache line with the producers' position.
    long position = taken();
    long nanos = lastNanos;
    for (; position < limit; position++) {
      int cell = (int) position & MASK;
      long actors = (long) CELL.getAcquire(cells, 2 * cell);
      if ((actors & 1) != evenTurn(position)) {
        break;
      }
      if (cell % TIMED == 0) {
        nanos = times[cell / TIMED];
      }
      if (cell % GIVEN_BACK == 0) {
        CELL.setRelease(head, HEAD, position);
      }
      int receiver = (int) (actors >>> 33);
      int sender = ((int) actors >>> 1) - 1;
      sink.delivery(position, receiver, sender, cells[2 * cell + 1], nanos);
    }
    lastNanos = nanos;
    CELL.setRelease(head, HEAD, position);
  }

  /** Where deliveries go. */
  interface Sink {
    /** The delivery at a position; its time is in nanoseconds since the start. */
    void delivery(long position, int receiver, int sender, long sequence, long nanos)
        throws IOException;
  }
}
