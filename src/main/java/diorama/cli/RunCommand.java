package diorama.cli;

import diorama.campaign.Campaign;
import diorama.campaign.Engine;
import diorama.campaign.Json;
import diorama.campaign.Outcome;
import diorama.campaign.RaceCatalogue;
import diorama.campaign.RunRequest;
import diorama.campaign.RunResult;
import diorama.config.BadInput;
import diorama.config.Library;
import diorama.config.Mistakes;
import diorama.config.Overrides;
import diorama.config.Profile;
import diorama.config.Profiles;
import diorama.config.Scenario;
import diorama.config.ScenarioFile;
import diorama.trace.TableStyle;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
  private static final SecureRandom SEEDS = new SecureRandom();

  @Parameters(
      paramLabel = "SCENARIO",
      description = "A file, or a name that ./diorama scenarios lists.")
  private String scenario;

  @Option(
      names = "--kernel",
      paramLabel = "K",
      description =
          "A file, or a name that ./diorama kernels lists; may be given more than once. Default:"
              + " the kernels that the scenario compares.")
  private List<String> kernels = new ArrayList<>();

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
      description = "natural (default): many threads, real time, jitter.")
  private Engine engine = Engine.NATURAL;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of everything that is drawn. Default: a new one for each run.")
  private @Nullable Long seed;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Changes a setting (time.scale=1) or a value of the scenario (filesystem.commit=1s); may"
              + " be given more than once.")
  private List<String> set = new ArrayList<>();

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
  private final Campaign campaign;

  @SuppressWarnings("NullAway.Init")
  RunCommand(Library library, Campaign campaign) {
    this.library = library;
    this.campaign = campaign;
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
      RunResult result = campaign.run(request, progress, interrupt.stop());
      console.clearStatus();
      show(result, progress, console);
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
    if (engine == Engine.SEEDED) {
      throw new BadInput("--engine seeded: not there yet; allowed: natural");
    }
    Mistakes mistakes = new Mistakes();
    Overrides overrides = mistakes.attempt(() -> Overrides.parse(set));
    RaceCatalogue races = RaceCatalogue.read(library);
    ScenarioFile file =
        mistakes.attempt(
            () ->
                ScenarioFile.read(
                    library.find(Library.Shelf.SCENARIOS, scenario),
                    overrides == null ? Overrides.NONE : overrides,
                    library,
                    races.names()));
    List<String> names =
        !kernels.isEmpty() ? kernels : file == null ? List.of() : file.scenario().kernels();
    List<Profile> profiles = profiles(names, mistakes);
    ScenarioFile read = mistakes.checked(file);
    Scenario what = read.scenario();
    return new RunRequest(
        what,
        read.device(),
        profiles,
        read.settings(),
        engine,
        seed == null ? SEEDS.nextInt(Integer.MAX_VALUE) : seed,
        machines == null ? what.machines() : machines,
        new RunRequest.Limits(
            duration == null ? what.duration() : duration,
            ops == null ? what.ops() : Optional.of(ops),
            untilViolation),
        races,
        new TableStyle(Terminal.width(), false, output.style().coloured()),
        Optional.ofNullable(report),
        Optional.ofNullable(record));
  }

  private List<Profile> profiles(List<String> names, Mistakes mistakes) {
    Profiles profiles = new Profiles(library);
    Map<String, Profile> found = new LinkedHashMap<>();
    for (String name : names) {
      Profile profile = mistakes.attempt(() -> profiles.find(name));
      if (profile != null) {
        found.put(profile.name(), profile);
      }
    }
    return List.copyOf(found.values());
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
                + " each kernel, engine "
                + request.engine().label()
                + ", seed "
                + request.seed()));
    lines.add(style.faint("  " + ResultText.scale(request.settings().kernel().timeScale())));
    lines.add("");
    return lines;
  }
}
