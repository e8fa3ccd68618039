package diorama.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The last deliveries to one actor, in a ring of fixed size. Written by the thread that runs the
 * actor; may be read from any thread at any time.
 */
final class DeliveryLog {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] senders;
  private final long[] sequences;
  private final int mask;

  /** How many deliveries were ever begun to be written, and how many are complete. */
  private volatile long begun;

  private volatile long complete;

  private static final VarHandle BEGUN = field("begun");
  private static final VarHandle COMPLETE = field("complete");

  /** A log of this many deliveries, from 1 to 2<sup>30</sup>, rounded up to a power of two. */
  DeliveryLog(int size) {
    int capacity = size <= 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
    senders = new long[capacity];
    sequences = new long[capacity];
    mask = capacity - 1;
  }

  void append(long sender, long sequence) {
    long number = complete;
    BEGUN.setOpaque(this, number + 1);
    VarHandle.storeStoreFence();
    int at = (int) number & mask;
    CELL.setOpaque(senders, at, sender);
    CELL.setOpaque(sequences, at, sequence);
    COMPLETE.setRelease(this, number + 1);
  }

  /** What the ring holds, oldest first. */
  List<Delivery> read() {
    long end = complete;
    long first = Math.max(0, end - senders.length);
    List<Delivery> copy = new ArrayList<>((int) (end - first));
    for (long number = first; number < end; number++) {
      int at = (int) number & mask;
      copy.add(
          new Delivery(
              number, (long) CELL.getOpaque(senders, at), (long) CELL.getOpaque(sequences, at)));
    }
    // What the actor overwrote while the copy was made is taken out again: every cell that was
    // begun by now may have been copied half.
    VarHandle.loadLoadFence();
    long overwritten = Math.max(0, begun - senders.length - first);
    return List.copyOf(copy.subList((int) Math.min(overwritten, copy.size()), copy.size()));
  }

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(DeliveryLog.class, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
