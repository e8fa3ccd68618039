package diorama.engine.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What was recorded, in memory: as a writer was told it, or as a reader told it. */
record Recorded(String header, List<String> actors, List<Note> notes, List<Entry> entries) {
  record Entry(int receiver, int sender, long sequence, long nanos) {}

  /** A machine that never was: actors that answer each other, some that come later, notes. */
  static Recorded drawn(long seed, int deliveries) {
    SplittableRandom chance = new SplittableRandom(seed);
    List<String> actors = new ArrayList<>(List.of("", "bdev", "processes/process-301"));
    List<Note> notes = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    long[] sent = new long[deliveries + 16];
    long nanos = 0;
    for (int i = 0; i < deliveries; i++) {
      if (chance.nextInt(20) == 0) {
        actors.add("actor-" + chance.nextInt(30) + (chance.nextInt(9) == 0 ? "/ä €" : ""));
      }
      if (chance.nextInt(100) == 0) {
        notes.add(new Note("key-" + i, "text\n\"ü\" ".repeat(chance.nextInt(5)), i));
      }
      int sender = chance.nextInt(actors.size() + 1) - 1;
      long jump = chance.nextInt(50) == 0 ? chance.nextLong(1L << 40) : chance.nextInt(3);
      sent[sender + 1] += sender < 0 ? 0 : jump;
      nanos += chance.nextInt(4) == 0 ? chance.nextLong(1L << chance.nextInt(1, 40)) : 0;
      entries.add(new Entry(chance.nextInt(actors.size()), sender, sent[sender + 1], nanos));
    }
    return new Recorded(
        "seed = " + seed + "\n" + "ß".repeat(chance.nextInt(9)), actors, notes, entries);
  }

  void writeTo(TraceWriter writer) throws IOException {
    actors.forEach(writer::actor);
    int note = 0;
    for (int i = 0; i <= entries.size(); i++) {
      for (; note < notes.size() && notes.get(note).deliveries() == i; note++) {
        writer.note(notes.get(note).key(), notes.get(note).text());
      }
      if (i < entries.size()) {
        Entry e = entries.get(i);
        writer.delivery(e.receiver, e.sender, e.sequence, e.nanos);
      }
    }
  }

  void write(Path file) throws IOException {
    try (TraceWriter writer = TraceWriter.create(file, header, TraceWriter.UNLIMITED)) {
      writeTo(writer);
    }
  }

  static Recorded read(Path file) throws IOException {
    TraceReader reader = TraceReader.open(file);
    List<Entry> entries = new ArrayList<>();
    try (TraceCursor at = reader.cursor()) {
      while (at.next()) {
        entries.add(new Entry(at.receiver(), at.sender(), at.sequence(), at.nanos()));
      }
    }
    return new Recorded(reader.header(), reader.actors(), reader.notes(), entries);
  }
}
