package diorama.engine.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A trace that has been read to its end once, so that nothing in it can surprise anybody later.
 *
 * @param file where it stands
 * @param header what the writer was given
 * @param actors the paths of the machine's actors below its root, by number. An actor that took the
 *     path of one that stopped comes later; those of one path are in the order of their lives
 * @param notes in the order of the file
 * @param deliveries how many there are
 * @param cutOff whether the end is missing, because the writer was killed or the file was cut: what
 *     is there is whole all the same
 */
public record TraceReader(
    Path file,
    String header,
    List<String> actors,
    List<Note> notes,
    long deliveries,
    boolean cutOff) {

  public TraceReader {
    actors = List.copyOf(actors);
    notes = List.copyOf(notes);
  }

  /**
   * Reads a trace.
   *
   * @throws DamagedTrace if it is no trace, of another version, cut off within its header, or
   *     damaged anywhere
   * @throws IOException if the file cannot be read
   */
  public static TraceReader open(Path file) throws IOException {
    try (TraceCursor all = new TraceCursor(file)) {
      long deliveries = 0;
      while (all.next()) {
        deliveries++;
      }
      return new TraceReader(
          file, all.header(), all.actors(), all.notes(), deliveries, all.cutOff());
    }
  }

  /** Goes through the deliveries from the first one on. */
  public TraceCursor cursor() throws IOException {
    return new TraceCursor(file);
  }
}
