package diorama.cli;

import diorama.campaign.Json;
import diorama.campaign.RecordedMachine;
import diorama.campaign.ReplayResult;
import diorama.campaign.Replaying;
import diorama.campaign.ViolationNote;
import diorama.config.Library;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./diorama replay}: does again what was recorded. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Runs a recorded machine again, delivery by delivery.")
final class ReplayCommand implements Callable<Integer> {
  @Mixin private TraceOptions trace;
  @Mixin private OutputOptions output;

  private final Library library;

  @SuppressWarnings("NullAway.Init")
  ReplayCommand(Library library) {
    this.library = library;
  }

  @Override
  public Integer call() {
    RecordedMachine recorded = trace.open(library, output.style());
    Console console = output.console();
    try (Replaying replaying = new Replaying(recorded, 1)) {
      ReplayResult result = replaying.replay();
      if (output.json()) {
        console.print(Json.of(result));
      } else {
        console.print(text(result));
      }
      return result.asRecorded() ? ExitCode.AS_EXPECTED : ExitCode.UNEXPECTED;
    }
  }

  private List<String> text(ReplayResult result) {
    List<String> lines = new ArrayList<>();
    for (List<String> explanation : result.explanations()) {
      lines.addAll(explanation);
      lines.add("");
    }
    lines.add(
        output.style().strong(result.kernel())
            + "  "
            + Prose.count(result.deliveries(), "delivery")
            + " of "
            + result.scenario()
            + ", machine "
            + result.machine()
            + ", replayed"
            + (result.cutOff() ? "; the end of the trace is missing" : ""));
    result.recorded().forEach(note -> lines.add("  recorded  " + text(note)));
    result.found().forEach(note -> lines.add("  found     " + text(note)));
    if (result.recorded().isEmpty() && result.found().isEmpty()) {
      lines.add("  no violation, as recorded");
    }
    lines.add(
        result.asRecorded()
            ? output.style().good("as recorded")
            : output.style().bad("not as recorded"));
    return lines;
  }

  private static String text(ViolationNote note) {
    return note.id()
        + (note.race().isEmpty() ? "" : ", " + note.race())
        + (note.variant().isEmpty() ? "" : ", " + note.variant())
        + " after "
        + Prose.count(note.deliveries(), "delivery");
  }
}
