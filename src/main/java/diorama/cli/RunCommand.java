package diorama.cli;

import diorama.campaign.Campaign;
import diorama.campaign.Engine;
import diorama.campaign.Json;
import diorama.campaign.Outcome;
import diorama.campaign.RunRequest;
import diorama.campaign.RunResult;
import diorama.config.Library;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./diorama run}: runs one scenario and says whether it showed what it should. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs a scenario on one or more kernels and says what happened.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  diorama run aio-dio-invalidate-failure-small",
      "  diorama run aio-dio-invalidate-failure --kernel linux-2.6.20 --until-violation",
      "  diorama run aio-dio-invalidate-failure --set time.scale=1 --machines 1 --for 3m"
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private ScenarioOptions chosen;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = Converters.RunTime.class,
      description = "How long each kernel runs, for example 30s or 8h. Default: the scenario's.")
  private @Nullable Duration duration;

  @Option(
      names = "--until-violation",
      description = "Goes on to the next kernel as soon as anything was violated.")
  private boolean untilViolation;

  @Option(
      names = "--ops",
      paramLabel = "N",
      converter = Converters.Positive.class,
      description = "Ends after N operations on all machines together.")
  private @Nullable Long ops;

  @Option(
      names = "--machines",
      paramLabel = "N",
      converter = Converters.Machines.class,
      description = "How many machines run at once. Default: the scenario's.")
  private @Nullable Integer machines;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "natural",
      description =
          "natural (default): many threads, real time, jitter; seeded: one thread a machine,"
              + " virtual time, the same seed is the same run.")
  private Engine engine = Engine.NATURAL;

  @Option(names = "--report", paramLabel = "DIR", description = "Keeps the result in this folder.")
  private @Nullable Path report;

  @Option(
      names = "--record",
      paramLabel = "DIR",
      description =
          "Keeps a trace of each machine that showed a violation in this folder, from which the same"
              + " deliveries can be repeated.")
  private @Nullable Path record;

  @Mixin private OutputOptions output;

  private final Library library;
  private final Function<Engine, Campaign> campaigns;

  @SuppressWarnings("NullAway.Init")
  RunCommand(Library library, Function<Engine, Campaign> campaigns) {
    this.library = library;
    this.campaigns = campaigns;
  }

  @Override
  public Integer call() {
    RunRequest request = request();
    Optional<ReportFolder> folder = request.report().map(ReportFolder::open);
    request.record().ifPresent(dir -> RecordFolder.open(dir, request));
    Console console = output.console();
    if (!output.json()) {
      console.print(header(request));
    }
    try (Interrupt interrupt = Interrupt.watched()) {
      ProgressLine progress = new ProgressLine(console, !output.json());
      RunResult result = campaigns.apply(engine).run(request, progress, interrupt.stop());
      console.clearStatus();
      show(result, progress, console);
      if (engine == Engine.SEEDED && !output.json()) {
        console.print(List.of("repeat with: ./diorama run " + repeated(request)));
      }
      folder.ifPresent(f -> f.write(result, plainSummary(result)));
      if (interrupt.stop().given()) {
        return ExitCode.INTERRUPTED;
      }
      return result.outcome() == Outcome.AS_EXPECTED ? ExitCode.AS_EXPECTED : ExitCode.UNEXPECTED;
    }
  }

  private void show(RunResult result, ProgressLine progress, Console console) {
    if (output.json()) {
      console.print(Json.of(result));
    } else {
      console.print(new ResultText(output.style(), progress::explained).of(result));
    }
  }

  private static List<String> plainSummary(RunResult result) {
    return new ResultText(new Style(false), (kernel, id) -> false).of(result);
  }

  private RunRequest request() {
    return chosen.request(
        library,
        engine,
        machines == null ? 0 : machines,
        what ->
            new RunRequest.Limits(
                duration == null ? what.duration() : duration,
                ops == null ? what.ops() : Optional.of(ops),
                untilViolation),
        output.style(),
        Optional.ofNullable(report),
        Optional.ofNullable(record));
  }

  private String repeated(RunRequest request) {
    return chosen.repeated(request)
        + " --engine seeded --machines "
        + request.machines()
        + " --for "
        + request.limits().duration().toMillis()
        + "ms"
        + request.limits().ops().map(n -> " --ops " + n).orElse("")
        + (untilViolation ? " --until-violation" : "");
  }

  private List<String> header(RunRequest request) {
    Style style = output.style();
    List<String> lines = new ArrayList<>();
    lines.add(style.strong(request.scenario().name()));
    lines.addAll(Prose.wrap(request.scenario().title(), Terminal.width(), "  "));
    lines.add(
        style.faint(
            "  "
                + Prose.count(request.machines(), "machine")
                + ", "
                + request.device().name()
                + ", "
                + Prose.seconds(request.limits().duration().toNanos() / 1e9)
                + (engine == Engine.SEEDED ? " of virtual time" : "")
                + " each kernel, engine "
                + request.engine().label()
                + ", seed "
                + request.seed()));
    lines.add(style.faint("  " + ResultText.scale(request.settings().kernel().timeScale())));
    lines.add("");
    return lines;
  }
}
