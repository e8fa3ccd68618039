package diorama.cli;

import diorama.campaign.RaceCatalogue;
import diorama.campaign.RecordedMachine;
import diorama.config.Library;
import diorama.trace.TableStyle;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** Which trace. */
final class TraceOptions {
  @Parameters(
      paramLabel = "TRACE",
      description = "A file that run or explore --record has written.")
  Path trace;

  @SuppressWarnings("NullAway.Init")
  TraceOptions() {}

  RecordedMachine open(Library library, Style style) {
    return RecordedMachine.open(trace, RaceCatalogue.read(library), tables(style));
  }

  static TableStyle tables(Style style) {
    return new TableStyle(Terminal.width(), false, style.coloured());
  }
}
