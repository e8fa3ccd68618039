package diorama.cli;

import diorama.campaign.Json;
import diorama.campaign.MinimisedResult;
import diorama.campaign.NotFoundAgain;
import diorama.campaign.Ordering;
import diorama.campaign.RecordedMachine;
import diorama.campaign.Replaying;
import diorama.config.Library;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./diorama minimize}: the smallest run that still shows what a trace shows. */
@Command(
    name = "minimize",
    mixinStandardHelpOptions = true,
    description = {
      "Looks for the smallest run that shows what a trace shows: fewer system calls and shorter"
          + " transfers first, then fewer switches between contexts.",
      "Prints it with its critical orderings: pairs of steps whose exchange makes the violation go"
          + " away."
    })
final class MinimizeCommand implements Callable<Integer> {
  @Mixin private TraceOptions trace;

  @Option(
      names = "--violation",
      paramLabel = "ID",
      description =
          "Which violation to keep, if the trace shows several. Default: the last one, which the"
              + " others led to.")
  private @Nullable String violation;

  @Option(
      names = "--same-variant",
      description =
          "Keeps the variant too, such as bio-first, which may take a bigger run. Default: what is"
              + " violated and the race.")
  private boolean sameVariant;

  @Option(
      names = "--record",
      paramLabel = "DIR",
      description = "Keeps a trace of the smallest run in this folder.")
  private @Nullable Path record;

  @Mixin private OutputOptions output;

  private final Library library;

  @SuppressWarnings("NullAway.Init")
  MinimizeCommand(Library library) {
    this.library = library;
  }

  @Override
  public Integer call() {
    RecordedMachine recorded = trace.open(library, output.style());
    if (record != null) {
      RecordFolder.open(record, recorded.header().request());
    }
    Console console = output.console();
    try (Replaying replaying =
        new Replaying(recorded, Runtime.getRuntime().availableProcessors())) {
      MinimisedResult result =
          replaying
              .minimise(Optional.ofNullable(violation), sameVariant, Optional.ofNullable(record))
              .orElseThrow(() -> trace.showsNo(violation));
      if (output.json()) {
        console.print(Json.of(result));
      } else {
        console.print(text(result));
      }
      return ExitCode.AS_EXPECTED;
    } catch (NotFoundAgain e) {
      console.warn(String.valueOf(e.getMessage()));
      return ExitCode.UNEXPECTED;
    }
  }

  private List<String> text(MinimisedResult result) {
    List<String> lines = new ArrayList<>(result.explained(output.style().tables()));
    lines.add("");
    lines.add("The smallest workload that shows it");
    lines.add("");
    result.workload().forEach(line -> lines.add("  " + line));
    lines.add("");
    lines.addAll(orderings(result));
    lines.add("");
    lines.add(
        "%s instead of %s, %s instead of %s; %s of workloads and %s of it tried"
            .formatted(
                Prose.count(result.systemCalls(), "system call"),
                Prose.count(result.systemCallsBefore()),
                Prose.count(result.switches(), "switch"),
                Prose.count(result.switchesBefore()),
                Prose.count(result.schedulesTried(), "schedule"),
                Prose.count(result.pruningsTried())));
    return lines;
  }

  private static List<String> orderings(MinimisedResult result) {
    if (result.criticalOrderings().isEmpty() && result.allOrderings()) {
      return List.of("It needs no ordering: whoever comes first, it happens");
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        result.allOrderings()
            ? "It needs these orderings, each of them"
            : "It needs these orderings, each of them; those before were not looked for, for length");
    lines.add("");
    for (Ordering ordering : result.criticalOrderings()) {
      lines.add("  " + ordering);
    }
    return lines;
  }
}
