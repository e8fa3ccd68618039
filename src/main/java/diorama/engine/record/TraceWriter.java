package diorama.engine.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Writes a trace as its run goes. What came more than a quarter of a second before a crash is in
 * the file and can be read.
 *
 * <p>Closing it ends the trace in order. Not thread-safe. After an {@link IOException} nothing more
 * is written, and the file counts as cut off at its last whole block.
 */
public final class TraceWriter implements Closeable {
  /** Stands for a sender that is no actor of the machine. */
  public static final int OUTSIDE = -1;

  /** No maximum size. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private static final int BLOCK = 64 * 1024;
  private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(250);

  /** The clock is looked at each time that so many deliveries have come. */
  private static final int LOOK = 64;

  /** Room for what a trace that has become too large says at its end. */
  private static final int FAREWELL = 512;

  private final BlockOutput output;
  private final LongSupplier clock;
  private final long mostBytes;
  private final Payload actors = new Payload(1024);
  private final Payload deliveries = new Payload(BLOCK + 64);
  private final Sequences sequences = new Sequences();
  private int batch;
  private int known;
  private long total;
  private long lastNanos;
  private long written;
  private boolean ended;
  private boolean full;

  private TraceWriter(Path file, String header, long mostBytes, LongSupplier clock)
      throws IOException {
    this.clock = clock;
    this.mostBytes = mostBytes;
    this.output = new BlockOutput(file);
    Payload text = new Payload(header.length());
    text.rest(header);
    try {
      output.block(Format.HEADER, text);
    } catch (IOException e) {
      output.close();
      throw e;
    }
    written = clock.getAsLong();
  }

  /**
   * Makes a file, or replaces it, and writes the header.
   *
   * @param header whatever says what was run; at most 16 MiB in UTF-8
   * @param mostBytes how large the file may become; the header is written in any case
   */
  public static TraceWriter create(Path file, String header, long mostBytes) throws IOException {
    return create(file, header, mostBytes, System::nanoTime);
  }

  static TraceWriter create(Path file, String header, long mostBytes, LongSupplier clock)
      throws IOException {
    return new TraceWriter(file, header, mostBytes, clock);
  }

  /**
   * Introduces an actor, before anything is said of it.
   *
   * @param path its path below the machine's root actor without a slash before it, for instance
   *     {@code processes/process-301}; empty for the root itself
   * @return its number; an actor that takes the path of one that stopped gets a new one
   */
  public int actor(String path) {
    if (!ended) {
      actors.text(path);
    }
    return known++;
  }

  /**
   * The next delivery. Ignored once the trace is {@link #full}.
   *
   * @param receiver the number of the actor that was handed the message
   * @param sender the number of the actor that sent it, or {@link #OUTSIDE}
   * @param sequence which of the sender's messages it was, 0 to 2<sup>60</sup> - 1
   * @param nanos when, since the machine's start; what goes back behind an earlier delivery counts
   *     as the same time
   */
  public void delivery(int receiver, int sender, long sequence, long nanos) throws IOException {
    if (receiver < 0
        || receiver >= known
        || sender < OUTSIDE
        || sender >= known
        || sequence >>> 60 != 0) {
      throw new IllegalArgumentException(
          "no delivery goes from %d to %d with number %d among %d actors"
              .formatted(sender, receiver, sequence, known));
    }
    if (ended) {
      return;
    }
    long apart = Math.max(0, nanos - lastNanos);
    deliveries.number(receiver);
    deliveries.number(sender + 1);
    long change = Format.zigzag(sequences.change(sender, sequence)) << 1;
    if (apart == 0) {
      deliveries.number(change);
    } else {
      deliveries.number(change | 1);
      deliveries.number(apart);
      lastNanos = nanos;
    }
    batch++;
    total++;
    if (deliveries.length() + actors.length() >= BLOCK || wouldBeTooLarge(0)) {
      flush();
    } else if (total % LOOK == 0) {
      flushIfDue();
    }
  }

  /** Writes a note at this place. */
  public void note(String key, String text) throws IOException {
    Payload note = new Payload(key.length() + text.length() + 8);
    note.text(key);
    note.rest(text);
    if (!ended && !wouldBeTooLarge(BlockOutput.size(note.length()))) {
      writePending();
      block(Format.NOTE, note);
    } else if (!ended) {
      stopFull();
    }
  }

  /** Writes what has waited for a quarter of a second; to be called now and then. */
  public void flushIfDue() throws IOException {
    if (clock.getAsLong() - written >= LONGEST_WAIT) {
      flush();
    }
  }

  /** Writes all that waits. */
  public void flush() throws IOException {
    if (ended) {
      return;
    }
    if (wouldBeTooLarge(0)) {
      stopFull();
    } else {
      writePending();
    }
  }

  /** How many deliveries have been recorded. */
  public long deliveries() {
    return total;
  }

  /** Whether the file has reached its maximum size and takes no more. */
  public boolean full() {
    return full;
  }

  private boolean wouldBeTooLarge(int more) {
    int pending = BlockOutput.size(actors.length()) + BlockOutput.size(deliveries.length() + 5);
    return output.position() + pending + more + FAREWELL > mostBytes;
  }

  private void stopFull() throws IOException {
    full = true;
    writePending();
    Payload note = new Payload(FAREWELL);
    note.text(Note.STOPPED);
    note.rest(
        String.format(
            Locale.ROOT,
            "the trace has reached its maximum size of %,d bytes; what came later is not in it",
            mostBytes));
    block(Format.NOTE, note);
    end();
  }

  private void writePending() throws IOException {
    written = clock.getAsLong();
    if (actors.length() > 0) {
      block(Format.ACTORS, actors);
      actors.clear();
    }
    if (batch > 0) {
      Payload counted = new Payload(deliveries.length() + 5);
      counted.number(batch);
      counted.rest(deliveries);
      block(Format.DELIVERIES, counted);
      deliveries.clear();
      batch = 0;
    }
  }

  private void end() throws IOException {
    Payload end = new Payload(10);
    end.number(total);
    block(Format.END, end);
    ended = true;
  }

  /** Behind a block that was written in part no other may stand. */
  private void block(int type, Payload payload) throws IOException {
    boolean whole = false;
    try {
      output.block(type, payload);
      whole = true;
    } finally {
      ended |= !whole;
    }
  }

  /** Writes all that waits and ends the trace. */
  @Override
  public void close() throws IOException {
    try {
      flush();
      if (!ended) {
        end();
      }
    } finally {
      ended = true;
      output.close();
    }
  }
}
