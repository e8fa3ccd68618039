package diorama.engine.natural;

import diorama.engine.Recorder;
import diorama.engine.record.Note;
import diorama.engine.record.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The recording of one machine, into a file of its own. Made by {@link Recordings}; safe for all
 * threads.
 *
 * <p>The file is there while the machine runs and stays when the process is killed. Whoever runs
 * the machine says at its end whether it is kept; see {@link #release}.
 *
 * <p>When the disk is slower than the machine, the machine waits: a record with a gap would be
 * worth nothing, and one that is written as fast as it comes needs less than a tenth of what the
 * machine itself does. It waits for a second at most; a machine that stands still for longer would
 * look hung to its own watchdog. Then the recording ends with a note.
 */
public final class Recording implements Recorder {
  /** How long an actor waits for the disk, in nanoseconds. */
  static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private static final long NAP = TimeUnit.MICROSECONDS.toNanos(50);

  /** So many deliveries after the last time the writer is woken: it may sleep for too long. */
  private static final int WAKE = DeliveryRing.CELLS / 4;

  private enum Fate {
    OPEN,
    KEPT,
    TAKEN_AWAY
  }

  private record Pending(long position, String key, String text) {}

  private final Path file;
  private final Supplier<String> header;
  private final long mostBytes;
  private final long patience;
  private final Thread thread;
  private final DeliveryRing ring = new DeliveryRing(System.nanoTime());
  private final ConcurrentLinkedQueue<Pending> notes = new ConcurrentLinkedQueue<>();
  private final List<String> actors = new ArrayList<>();

  /** How many deliveries belong to the record; only ever made less. */
  private volatile long limit = Long.MAX_VALUE;

  private volatile Fate fate = Fate.OPEN;

  /** Set by whoever sees that the limit was reached; who does not see it yet looks for himself. */
  private boolean over;

  private @Nullable String stopped;
  private @Nullable TraceWriter writer;
  private int introduced;
  private boolean failed;
  private boolean finished;

  Recording(Path file, Supplier<String> header, long mostBytes, long patience, Thread thread) {
    this.file = file;
    this.header = header;
    this.mostBytes = mostBytes;
    this.patience = patience;
    this.thread = thread;
  }

  /** The trace. */
  public Path file() {
    return file;
  }

  @Override
  public int actor(String path) {
    synchronized (actors) {
      actors.add(path);
      return actors.size() - 1;
    }
  }

  @Override
  public void delivered(int receiver, int sender, long sequence) {
    if (over) {
      return;
    }
    long position = ring.claim();
    if (position >= limit || !(ring.hasRoom(position) || awaitRoom(position))) {
      over = true;
      return;
    }
    ring.fill(position, receiver, sender, sequence);
    if (position % WAKE == 0) {
      LockSupport.unpark(thread);
    }
  }

  private boolean awaitRoom(long position) {
    long since = System.nanoTime();
    while (!ring.hasRoom(position)) {
      if (System.nanoTime() - since > patience) {
        stop(
            ring.taken() + DeliveryRing.CELLS,
            "the disk is slower than the machine; what came later is not in the trace");
      }
      if (position >= limit) {
        return false;
      }
      LockSupport.unpark(thread);
      LockSupport.parkNanos(this, NAP);
    }
    return true;
  }

  /** How many deliveries have been recorded. */
  public long deliveries() {
    return Math.min(ring.claimed(), limit);
  }

  /** Whether what the machine does now is recorded. */
  public boolean running() {
    return ring.claimed() < limit;
  }

  /**
   * Writes a note behind the deliveries that have been recorded by now. Possible until the file is
   * {@link #release}d.
   *
   * @param text of how many deliveries those are
   */
  public void note(String key, LongFunction<String> text) {
    long position = deliveries();
    notes.add(new Pending(position, key, text.apply(position)));
  }

  /** Ends the recording after so many more deliveries, or when the machine ends before. */
  public void endAfter(long more) {
    lower(ring.claimed() + more);
  }

  /** Ends the recording here. */
  public void end() {
    lower(ring.claimed());
  }

  /**
   * Ends the recording if it has not ended, and decides once and for all what becomes of the file.
   *
   * @param keep false to take it away
   */
  public synchronized void release(boolean keep) {
    end();
    if (fate == Fate.OPEN) {
      fate = keep ? Fate.KEPT : Fate.TAKEN_AWAY;
    }
  }

  private synchronized void lower(long to) {
    limit = Math.min(limit, to);
  }

  private synchronized void stop(long to, String why) {
    if (to < limit) {
      stopped = why;
      limit = to;
    }
  }

  // ---- what follows is for the thread that writes ----

  /**
   * Writes what has come; how many deliveries that were.
   *
   * @throws IOException if the file cannot be written; nothing more is recorded then
   */
  long write() throws IOException {
    boolean last = fate != Fate.OPEN;
    if (failed) {
      if (last) {
        close();
      }
      return 0;
    }
    boolean whole = false;
    try {
      long written = writeDeliveries(writer());
      if (last && ring.taken() >= limit) {
        finish(writer());
      }
      whole = true;
      return written;
    } finally {
      if (!whole) {
        failed = true;
        lower(0);
      }
    }
  }

  private long writeDeliveries(TraceWriter to) throws IOException {
    long before = ring.taken();
    introduce(to);
    ring.take(
        limit,
        (position, receiver, sender, sequence, nanos) -> {
          writeNotes(to, position);
          if (receiver >= introduced || sender >= introduced) {
            introduce(to);
          }
          to.delivery(receiver, sender, sequence, nanos);
        });
    writeNotes(to, ring.taken());
    to.flushIfDue();
    if (to.full()) {
      lower(to.deliveries());
    }
    return ring.taken() - before;
  }

  private TraceWriter writer() throws IOException {
    TraceWriter known = writer;
    if (known == null) {
      known = TraceWriter.create(file, header.get(), mostBytes);
      writer = known;
    }
    return known;
  }

  private void introduce(TraceWriter to) {
    synchronized (actors) {
      for (; introduced < actors.size(); introduced++) {
        to.actor(actors.get(introduced));
      }
    }
  }

  private void writeNotes(TraceWriter to, long position) throws IOException {
    for (Pending note = notes.peek();
        note != null && note.position <= position;
        note = notes.peek()) {
      to.note(note.key, note.text);
      notes.remove();
    }
  }

  private void finish(TraceWriter to) throws IOException {
    writeNotes(to, Long.MAX_VALUE);
    String why;
    synchronized (this) {
      why = stopped;
    }
    if (why != null) {
      to.note(Note.STOPPED, why);
    }
    close();
  }

  private void close() throws IOException {
    finished = true;
    TraceWriter open = writer;
    if (open != null) {
      open.close();
    }
    if (fate == Fate.TAKEN_AWAY) {
      Files.deleteIfExists(file);
    }
  }

  boolean finished() {
    return finished;
  }
}
