package diorama.cli;

import diorama.campaign.RaceCatalogue;
import diorama.campaign.RecordedMachine;
import diorama.config.BadInput;
import diorama.config.Library;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
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
    return RecordedMachine.open(trace, RaceCatalogue.read(library), style.tables());
  }

  /** There is nothing to be said of a violation that the trace does not show. */
  BadInput showsNo(@Nullable String violation) {
    return new BadInput(
        trace + ": the trace shows no " + (violation == null ? "violation" : violation));
  }
}
