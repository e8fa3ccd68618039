package diorama.cli;

import diorama.campaign.ExplainedRun;
import diorama.campaign.RecordedMachine;
import diorama.campaign.Replaying;
import diorama.check.Event;
import diorama.check.History;
import diorama.config.Library;
import diorama.trace.CallTraces;
import diorama.trace.ObjectHistories;
import diorama.trace.TableStyle;
import diorama.trace.export.Causes;
import diorama.trace.export.ChromeTrace;
import diorama.trace.export.ContextNames;
import diorama.trace.export.MermaidSequence;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./diorama explain}: what happened in a trace, in words and pictures. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Explains the violation that a trace shows.")
final class ExplainCommand implements Callable<Integer> {
  /** A picture of more events is slow to open. */
  private static final int MOST_EVENTS = 200_000;

  /** What an explanation can be written as. */
  enum As {
    /** Interleaving table, call traces, the history of each object. */
    TEXT,
    /** A sequence diagram for Mermaid. */
    MERMAID,
    /** Trace events for Perfetto or chrome://tracing. */
    PERFETTO
  }

  @Mixin private TraceOptions trace;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "text (default): interleaving table, call traces, the history of each object; mermaid: a"
              + " sequence diagram; perfetto: JSON that ui.perfetto.dev opens, a track for each"
              + " context, arrows for messages.")
  private As as = As.TEXT;

  @Option(
      names = "--violation",
      paramLabel = "ID",
      description =
          "Which violation, if the trace shows several. Default: the last one, which the others led"
              + " to.")
  private @Nullable String violation;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "auto (default: on a terminal, unless NO_COLOR is set), always or never.")
  private Style.When color = Style.When.AUTO;

  @Spec private CommandSpec spec;

  private final Library library;

  @SuppressWarnings("NullAway.Init")
  ExplainCommand(Library library) {
    this.library = library;
  }

  @Override
  public Integer call() {
    Style style = Style.of(color, Terminal.onStandardOutput());
    RecordedMachine recorded = trace.open(library, style);
    try (Replaying replaying = new Replaying(recorded, 1)) {
      ExplainedRun run =
          replaying
              .explain(Optional.ofNullable(violation))
              .orElseThrow(() -> trace.showsNo(violation));
      String text = write(run, style.tables());
      spec.commandLine().getOut().print(text.endsWith("\n") ? text : text + "\n");
      spec.commandLine().getOut().flush();
      return ExitCode.AS_EXPECTED;
    }
  }

  private String write(ExplainedRun run, TableStyle tables) {
    ContextNames names = names(run.history());
    return switch (as) {
      case TEXT ->
          run.explanation().text(tables)
              + "\n"
              + CallTraces.of(run.history(), run.explanation().table()).text()
              + "\n"
              + ObjectHistories.of(run.history(), run.violation()).text(tables);
      case MERMAID ->
          MermaidSequence.of(
              run.explanation().table(),
              Causes.of(run.history(), run.explanation().table(), run.messages(), names));
      case PERFETTO ->
          ChromeTrace.of(run.history(), run.messages(), run.violation(), names, MOST_EVENTS);
    };
  }

  /**
   * Contexts by their actors: an actor that runs kernel code is called after its work and the
   * number of its context, for instance {@code processes/process-301} or {@code irq-0}.
   */
  private static ContextNames names(History history) {
    Map<String, String> names = new HashMap<>();
    for (Event event : history.events().toList()) {
      String comm = event.context().comm();
      int number = event.context().pid();
      String name = event.context().toString();
      names.put("processes/process-" + number, name);
      names.put(comm.replace('/', '-') + "-" + number, name);
      if (event.context().inInterrupt()) {
        names.put("irq-" + number, name);
      }
    }
    return names::get;
  }
}
