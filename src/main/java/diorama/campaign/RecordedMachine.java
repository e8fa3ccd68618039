package diorama.campaign;

import diorama.config.BadInput;
import diorama.engine.record.DamagedTrace;
import diorama.engine.record.TraceReader;
import diorama.trace.TableStyle;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A trace file, read and understood.
 *
 * @param trace the deliveries
 * @param header the machine that they were made on
 */
public record RecordedMachine(TraceReader trace, TraceHeader header) {
  /**
   * Opens a trace.
   *
   * @param races the catalogue, for what is said of a violation
   * @param tables how interleaving tables are printed
   * @throws BadInput if there is no such file, or it is no trace, or one that is damaged, or one
   *     that was made by a program that this one does not understand
   */
  public static RecordedMachine open(Path file, RaceCatalogue races, TableStyle tables) {
    TraceReader trace = read(file);
    return new RecordedMachine(
        trace, TraceHeader.read(trace.header(), races, tables, trace.file()));
  }

  private static TraceReader read(Path file) {
    try {
      return TraceReader.open(file);
    } catch (NoSuchFileException e) {
      throw new BadInput("there is no trace " + file);
    } catch (DamagedTrace e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new BadInput(file + ": the trace cannot be read: " + e.getMessage());
    }
  }

  /** The violations that were found while it was recorded, in their order. */
  public List<ViolationNote> violations() {
    return trace.notes().stream()
        .filter(note -> note.key().equals(ViolationNote.KEY))
        .map(note -> ViolationNote.read(note.text()))
        .toList();
  }
}
