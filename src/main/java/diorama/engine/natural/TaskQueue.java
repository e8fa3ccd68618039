package diorama.engine.natural;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An unbounded first-in-first-out queue for any number of producers and consumers, without locks:
 * the array queue with fetch-and-add of Correia and Ramalhete (2016).
 *
 * <p>A list of segments. A producer takes the next cell of the last segment by one addition and
 * swaps its task in; a consumer takes the next cell of the first segment by one addition and swaps
 * a mark in. A consumer that comes before its producer has spoilt the cell, and the producer takes
 * another. One addition and one swap for each task, and four bytes of garbage.
 */
final class TaskQueue {
  /** Cells in a segment. */
  private static final int CELLS = 1024;

  /** Where a segment's two cursors are, far enough apart for cache lines of their own. */
  private static final int PUT = 16;

  private static final int TAKE = 32;
  private static final int CURSORS = 48;

  /** Marks a cell whose consumer has been there. */
  private static final Runnable TAKEN =
      new Runnable() {
        @Override
        public void run() {
          throw new AssertionError("a mark is no task");
        }
      };

  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Runnable[].class);
  private static final VarHandle CURSOR = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle HEAD;
  private static final VarHandle TAIL;
  private static final VarHandle NEXT;

  static {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      HEAD = lookup.findVarHandle(TaskQueue.class, "head", Segment.class);
      TAIL = lookup.findVarHandle(TaskQueue.class, "tail", Segment.class);
      NEXT = lookup.findVarHandle(Segment.class, "next", Segment.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile Segment head;
  private volatile Segment tail;

  TaskQueue() {
    Segment only = new Segment(0);
    head = only;
    tail = only;
  }

  void offer(Runnable task) {
    while (true) {
      Segment segment = tail;
      long cell = (long) CURSOR.getAndAdd(segment.cursors, PUT, 1L);
      if (cell < CELLS) {
        if (CELL.compareAndSet(segment.cells, (int) cell, null, task)) {
          return;
        }
      } else if (append(segment, task)) {
        return;
      }
    }
  }

  /**
   * Puts a task into a new segment behind a full one, unless somebody else has made it meanwhile.
   */
  private boolean append(Segment full, Runnable task) {
    Segment next = full.next;
    boolean appended = false;
    if (next == null) {
      Segment added = new Segment(full.position + CELLS);
      added.cells[0] = task;
      added.cursors[PUT] = 1;
      appended = NEXT.compareAndSet(full, null, added);
      next = appended ? added : full.next;
    }
    TAIL.compareAndSet(this, full, next);
    return appended;
  }

  /** The task that has waited longest, or null if there is none. */
  @Nullable Runnable poll() {
    while (true) {
      Segment segment = head;
      if (segment.taken() >= segment.put() && segment.next == null) {
        return null;
      }
      long cell = (long) CURSOR.getAndAdd(segment.cursors, TAKE, 1L);
      if (cell < CELLS) {
        Runnable task = (Runnable) CELL.getAndSet(segment.cells, (int) cell, TAKEN);
        if (task != null) {
          return task;
        }
      } else {
        Segment next = segment.next;
        if (next == null) {
          return null;
        }
        HEAD.compareAndSet(this, segment, next);
      }
    }
  }

  /**
   * How many tasks wait. Exact while nothing moves; otherwise never less than the tasks whose
   * {@link #offer} had returned and that nobody has taken.
   */
  long size() {
    long taken = position();
    Segment last = tail;
    return Math.max(0, last.position + Math.min(last.put(), CELLS) - taken);
  }

  /** How many cells were ever taken: it moves whenever a task is. */
  long position() {
    Segment first = head;
    return first.position + Math.min(first.taken(), CELLS);
  }

  private static final class Segment {
    /** How many cells all segments before this one have. */
    private final long position;

    private final Runnable[] cells = new Runnable[CELLS];
    private final long[] cursors = new long[CURSORS];
    private volatile @Nullable Segment next;

    Segment(long position) {
      this.position = position;
    }

    long put() {
      return (long) CURSOR.getVolatile(cursors, PUT);
    }

    long taken() {
      return (long) CURSOR.getVolatile(cursors, TAKE);
    }
  }
}
