package diorama.cli;

import diorama.campaign.Engine;
import diorama.campaign.Exploration;
import diorama.campaign.ExploreRequest;
import diorama.campaign.ExploreResult;
import diorama.campaign.Exploring;
import diorama.campaign.Json;
import diorama.campaign.Outcome;
import diorama.campaign.RunRequest;
import diorama.config.Library;
import diorama.config.Scenario;
import diorama.config.Words;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./diorama explore}: runs a scenario on many schedules in the seeded engine. */
@Command(
    name = "explore",
    mixinStandardHelpOptions = true,
    description = "Runs a scenario on many schedules in the seeded engine.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  diorama explore aio-dio-invalidate-failure-small --kernel linux-2.6.20 --strategy pct",
      "  diorama explore aio-dio-invalidate-failure-small --schedules 10000 --seed 1"
    })
final class ExploreCommand implements Callable<Integer> {
  @Mixin private ScenarioOptions chosen;

  @Option(
      names = "--strategy",
      paramLabel = "S",
      defaultValue = "random",
      description =
          "random (default): a random walk; pct: random priorities of causal chains with changes"
              + " (Burckhardt et al. 2010, Ozkan et al. 2018); pos: partial-order sampling (Yuan et"
              + " al. 2018); round-robin: first come, first served, for comparison.")
  private Exploring exploring = Exploring.RANDOM;

  @Option(
      names = "--schedules",
      paramLabel = "N",
      defaultValue = "1000",
      converter = Converters.Positive.class,
      description = "How many. Default: 1000.")
  private Long schedules = 1000L;

  @Option(
      names = "--first",
      paramLabel = "N",
      defaultValue = "1",
      converter = Converters.Positive.class,
      description = "The number of the first schedule. Default: 1.")
  private Long first = 1L;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "5000",
      converter = Converters.Positive.class,
      description =
          "Choices of a schedule, at most; pct spreads its changes over them. Default: 5000.")
  private Long length = 5000L;

  @Option(
      names = "--depth",
      paramLabel = "D",
      defaultValue = "3",
      converter = Converters.Machines.class,
      description = "pct: how many ordered choices the failure needs. Default: 3.")
  private Integer depth = 3;

  @Option(
      names = "--preempt-every",
      paramLabel = "N",
      converter = Converters.Positive.class,
      description =
          "One call in N finds its context without a processor for a while. Default: the setting"
              + " engine.seeded.preemption.every.")
  private @Nullable Long preemptEvery;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Converters.Machines.class,
      description =
          "How many schedules are run at once; changes nothing but the speed. Default: one for each"
              + " processor.")
  private @Nullable Integer threads;

  @Option(
      names = "--until-violation",
      description = "Goes on to the next kernel as soon as anything was violated.")
  private boolean untilViolation;

  @Option(
      names = "--record",
      paramLabel = "DIR",
      description = "Keeps a trace of the first schedule of each kind of violation in this folder.")
  private @Nullable Path record;

  @Mixin private OutputOptions output;

  private final Library library;

  @SuppressWarnings("NullAway.Init")
  ExploreCommand(Library library) {
    this.library = library;
  }

  @Override
  public Integer call() {
    if (preemptEvery != null) {
      chosen.set.add("engine.seeded.preemption.every=" + preemptEvery);
    }
    RunRequest run =
        chosen.request(
            library,
            Engine.SEEDED,
            1,
            ExploreCommand::unlimited,
            output.style(),
            Optional.empty(),
            Optional.ofNullable(record));
    ExploreRequest request =
        new ExploreRequest(
            run,
            exploring,
            depth,
            length,
            first,
            schedules,
            untilViolation,
            threads == null ? Runtime.getRuntime().availableProcessors() : threads);
    run.record().ifPresent(folder -> RecordFolder.open(folder, run));
    Console console = output.console();
    if (!output.json()) {
      console.print(header(request));
    }
    try (Interrupt interrupt = Interrupt.watched()) {
      ProgressLine progress = new ProgressLine(console, !output.json());
      ExploreResult result = new Exploration().run(request, progress, interrupt.stop());
      console.clearStatus();
      if (output.json()) {
        console.print(Json.of(result));
      } else {
        console.print(new ExploreText(output.style()).of(result));
        console.print(List.of("repeat with: ./diorama explore " + repeated(request)));
      }
      if (interrupt.stop().given()) {
        return ExitCode.INTERRUPTED;
      }
      return result.outcome() == Outcome.AS_EXPECTED ? ExitCode.AS_EXPECTED : ExitCode.UNEXPECTED;
    }
  }

  private static RunRequest.Limits unlimited(Scenario what) {
    return new RunRequest.Limits(what.duration(), Optional.empty(), false);
  }

  private String repeated(ExploreRequest request) {
    return chosen.repeated(request.run())
        + " --strategy "
        + Words.of(exploring)
        + (exploring == Exploring.PCT ? " --depth " + depth : "")
        + " --length "
        + length
        + " --first "
        + first
        + " --schedules "
        + schedules
        + (untilViolation ? " --until-violation" : "");
  }

  private List<String> header(ExploreRequest request) {
    Style style = output.style();
    RunRequest run = request.run();
    List<String> lines = new ArrayList<>();
    lines.add(style.strong(run.scenario().name()));
    lines.addAll(Prose.wrap(run.scenario().title(), Terminal.width(), "  "));
    lines.add(
        style.faint(
            "  "
                + Prose.count(request.schedules(), "schedule")
                + " of at most "
                + Prose.count(request.length(), "choice")
                + ", strategy "
                + Words.of(exploring)
                + (exploring == Exploring.PCT ? " of depth " + depth : "")
                + ", "
                + run.device().name()
                + ", engine seeded, seed "
                + run.seed()));
    lines.addAll(Prose.wrap(exploring.source(), Terminal.width(), "  "));
    lines.add(style.faint("  " + ResultText.scale(run.settings().kernel().timeScale())));
    lines.add("");
    return lines;
  }
}
