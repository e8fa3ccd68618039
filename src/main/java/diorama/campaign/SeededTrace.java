package diorama.campaign;

import diorama.check.Violation;
import diorama.config.BadInput;
import diorama.config.Profile;
import diorama.engine.record.TraceWriter;
import diorama.engine.seeded.WorldListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The trace of a machine in the seeded engine, written as it runs. Used by the thread of its lane.
 */
final class SeededTrace implements WorldListener, AutoCloseable {
  private final Path file;
  private final TraceWriter writer;
  private final Map<String, Integer> actors = new HashMap<>();
  private boolean wanted;
  private boolean over;

  /**
   * @throws BadInput if the file cannot be written
   */
  SeededTrace(Path folder, RunRequest request, Profile profile, long machine) {
    file = folder.resolve(Traces.prefix(request, profile) + machine + ".trace");
    try {
      writer =
          TraceWriter.create(
              file,
              TraceHeader.of(request, profile, machine).write(),
              request.settings().traceBytes());
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  private BadInput cannotBeWritten(IOException cause) {
    return new BadInput(file + ": the trace cannot be written: " + cause.getMessage());
  }

  Path file() {
    return file;
  }

  @Override
  public void delivered(
      String receiver, String sender, long sequence, Object message, long sent, long nanos) {
    // All that a machine is told from outside is to come to rest, which is no part of the run.
    over |= sender.equals(OUTSIDE);
    if (over) {
      return;
    }
    try {
      writer.delivery(actor(receiver), actor(sender), sequence, nanos);
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  private int actor(String path) {
    return actors.computeIfAbsent(path, writer::actor);
  }

  /** A check has found something: the trace says so, and is kept. */
  void found(Violation violation) {
    wanted = true;
    ViolationNote note =
        new ViolationNote(
            violation.id(),
            Tally.known(violation.race()),
            Tally.known(violation.variant()),
            writer.deliveries());
    try {
      writer.note(ViolationNote.KEY, note.write());
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  /** Ends the trace; the file of a machine that showed nothing is taken away. */
  @Override
  public void close() {
    try {
      writer.close();
      if (!wanted) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }
}
