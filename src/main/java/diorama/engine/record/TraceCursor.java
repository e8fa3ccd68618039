package diorama.engine.record;

import diorama.engine.record.BlockInput.Block;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through a trace once, delivery by delivery. {@link #next} moves to the next one; the other
 * methods speak of the one that it moved to. Not thread-safe.
 */
public final class TraceCursor implements Closeable {
  private final BlockInput input;
  private final String header;
  private final List<String> actors = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private final Sequences sequences = new Sequences();
  private Block block;
  private long left;
  private long passed;
  private boolean ended;
  private int receiver;
  private int sender;
  private long sequence;
  private long nanos;

  TraceCursor(Path file) throws IOException {
    input = new BlockInput(file);
    try {
      Block first = input.next();
      if (first == null) {
        throw input.cutOffInHeader();
      }
      if (first.type() != Format.HEADER) {
        throw input.damaged("a block that is no header", first.position());
      }
      block = first;
      header = first.payload().rest();
    } catch (IOException e) {
      input.close();
      throw e;
    }
  }

  /**
   * Moves to the next delivery; false when there is none.
   *
   * @throws DamagedTrace if the next block cannot be trusted
   */
  public boolean next() throws IOException {
    try {
      while (left == 0) {
        if (!nextBlock()) {
          return false;
        }
      }
      readDelivery();
      return true;
    } catch (IllegalArgumentException e) {
      throw input.damaged(String.valueOf(e.getMessage()) + " in the block", block.position());
    }
  }

  private boolean nextBlock() throws IOException {
    if (!block.payload().atEnd()) {
      throw new IllegalArgumentException("bytes are left over");
    }
    long end = input.position();
    Block read = input.next();
    if (ended && input.position() > end) {
      throw input.damaged("something behind its end", end);
    }
    if (read == null) {
      return false;
    }
    block = read;
    PayloadReader payload = read.payload();
    switch (read.type()) {
      case Format.ACTORS -> {
        while (!payload.atEnd()) {
          actors.add(payload.text());
        }
      }
      case Format.DELIVERIES -> left = payload.below(Integer.MAX_VALUE);
      case Format.NOTE -> notes.add(new Note(payload.text(), payload.rest(), passed));
      case Format.END -> {
        ended = true;
        if (payload.number() != passed) {
          throw new IllegalArgumentException("another number of deliveries");
        }
      }
      default -> throw new IllegalArgumentException("a type that is not known");
    }
    return true;
  }

  private void readDelivery() {
    PayloadReader payload = block.payload();
    receiver = payload.below(actors.size());
    sender = payload.below(actors.size() + 1) - 1;
    long packed = payload.number();
    sequence = sequences.add(sender, Format.unzigzag(packed >>> 1));
    if ((packed & 1) != 0) {
      nanos += payload.number();
    }
    left--;
    passed++;
  }

  /** The number of the actor that was handed the message. */
  public int receiver() {
    return receiver;
  }

  /** The number of the actor that sent it, or {@link TraceWriter#OUTSIDE}. */
  public int sender() {
    return sender;
  }

  /** Which of the sender's messages it was. */
  public long sequence() {
    return sequence;
  }

  /** When, since the machine's start; several deliveries in a row may have the same time. */
  public long nanos() {
    return nanos;
  }

  /** How many deliveries this has moved over, the present one included. */
  public long passed() {
    return passed;
  }

  String header() {
    return header;
  }

  List<String> actors() {
    return actors;
  }

  List<Note> notes() {
    return notes;
  }

  boolean cutOff() {
    return !ended;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
