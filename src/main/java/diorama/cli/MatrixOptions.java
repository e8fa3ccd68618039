package diorama.cli;

import diorama.campaign.Engine;
import diorama.campaign.MatrixPlan;
import diorama.campaign.MatrixPlan.Pair;
import diorama.campaign.MatrixRequest;
import diorama.campaign.RaceCatalogue;
import diorama.campaign.RunRequest;
import diorama.campaign.Sought;
import diorama.config.BadInput;
import diorama.config.FixNames;
import diorama.config.Library;
import diorama.config.Mistakes;
import diorama.config.Overrides;
import diorama.config.Profile;
import diorama.config.Profiles;
import diorama.config.Scenario;
import diorama.config.ScenarioFile;
import diorama.kernel.Fix;
import diorama.trace.TableStyle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which scenarios a matrix runs on which kernels, how long and in what. */
final class MatrixOptions {
  private static final Duration BUDGET = Duration.ofSeconds(3);

  @Option(
      names = "--quick",
      description =
          "For each race one scenario only, the one that runs shortest, on the newest kernel that"
              + " must show it and the oldest one after that which never does.")
  private boolean quick;

  @Option(
      names = "--kernel",
      paramLabel = "K",
      description =
          "Only on this kernel: a file, or a name that ./diorama kernels lists; may be given more"
              + " than once. One that no scenario names is run with all of them and may show"
              + " anything that they mention.")
  private List<String> kernels = new ArrayList<>();

  @Option(
      names = "--scenario",
      paramLabel = "S",
      description =
          "Only this scenario: a file, or a name that ./diorama scenarios lists; may be given more"
              + " than once.")
  private List<String> scenarios = new ArrayList<>();

  @Option(
      names = "--race",
      paramLabel = "R",
      description = "Only scenarios that name this race; may be given more than once.")
  private List<String> races = new ArrayList<>();

  @Option(
      names = "--without",
      paramLabel = "FIX",
      description =
          "Takes the lines of this fix away: runs only on kernels that have it, as if they had not,"
              + " and only what is about the races that it fixes or makes, if there are any. Something must"
              + " then be seen that is not expected, or not be seen that is.")
  private @Nullable String without;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = Converters.RunTime.class,
      description =
          "How long a scenario runs on a kernel, of virtual time in the seeded engine. It ends"
              + " before as soon as all that must be seen was, unless something else must never be;"
              + " and goes on until it was, or a correct build would have shown it but for a chance of"
              + " 1e-6, if the scenario says how rare it is. Default: 3s; or the time of the scenario if"
              + " that is longer, where something must be seen and the scenario does not say so.")
  private @Nullable Duration budget;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "natural",
      description =
          "natural (default): many threads, real time, jitter; seeded: one thread a machine,"
              + " virtual time, the same seed is the same matrix.")
  Engine engine = Engine.NATURAL;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of everything that is drawn. Default: a new one for each matrix.")
  private @Nullable Long seed;

  @Option(
      names = "--machines",
      paramLabel = "N",
      converter = Converters.Machines.class,
      description = "How many machines run at once. Default: the scenario's.")
  private @Nullable Integer machines;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      converter = Converters.Machines.class,
      description =
          "How many of these runs are made at the same time. Default: half as many as there are"
              + " processors.")
  private int jobs = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  @SuppressWarnings("NullAway.Init")
  MatrixOptions() {}

  /**
   * Reads everything that is named, and throws one {@link BadInput} for all that is wrong with it.
   */
  MatrixRequest request(Library library, TableStyle tables, Optional<Path> report) {
    Mistakes mistakes = new Mistakes();
    RaceCatalogue catalogue = RaceCatalogue.read(library);
    races.forEach(race -> mistakes.attempt(() -> catalogue.find(race)));
    Optional<Fix> taken =
        Optional.ofNullable(without)
            .flatMap(name -> Optional.ofNullable(mistakes.attempt(() -> FixNames.get(name))));
    Map<String, Profile> wanted = profiles(library, kernels, mistakes);
    Map<String, ScenarioFile> files = files(library, catalogue, mistakes);
    mistakes.check();
    taken.ifPresent(fix -> takeAway(fix, wanted, library, catalogue));
    List<Pair> pairs =
        pairs(files.values(), catalogue, wanted.keySet()).stream()
            .filter(pair -> taken.isEmpty() || expectsSomething(pair))
            .toList();
    if (pairs.isEmpty()) {
      throw new BadInput(
          "nothing to run: none of these scenarios "
              + (races.isEmpty() ? "" : "is about " + String.join(" or ", races) + " and ")
              + "says what must be seen or never is"
              + (kernels.isEmpty() ? "" : " on " + String.join(" or ", kernels)));
    }
    List<String> named = pairs.stream().map(Pair::kernel).distinct().toList();
    Map<String, Profile> profiles =
        profiles(library, named.stream().filter(k -> !wanted.containsKey(k)).toList(), mistakes);
    profiles.putAll(wanted);
    mistakes.check();
    long drawn = seed == null ? ScenarioOptions.newSeed() : seed;
    List<RunRequest> runs = new ArrayList<>();
    for (Pair pair : pairs) {
      ScenarioFile file = files.get(pair.scenario().name());
      Profile profile = profiles.get(pair.kernel());
      if (file != null && profile != null && file.scenario().fileSystem().isIn(profile)) {
        runs.add(run(file, profile, drawn, catalogue, tables, report));
      }
    }
    return new MatrixRequest(runs, engine, drawn, jobs);
  }

  private static boolean expectsSomething(Pair pair) {
    return pair.scenario().expectations().values().stream()
        .anyMatch(kernels -> kernels.containsKey(pair.kernel()));
  }

  /** Leaves only kernels that have a fix, without it, and the races that it fixes. */
  private void takeAway(
      Fix fix, Map<String, Profile> wanted, Library library, RaceCatalogue catalogue) {
    Map<String, Profile> all = new LinkedHashMap<>(wanted);
    if (all.isEmpty()) {
      new Profiles(library).all().forEach(profile -> all.put(profile.name(), profile));
    }
    wanted.clear();
    all.values().stream()
        .filter(profile -> profile.kernel().fixed(fix))
        .forEach(profile -> wanted.put(profile.name(), profile.without(fix)));
    if (wanted.isEmpty()) {
      throw new BadInput("--without " + fix.commit() + ": none of these kernels has it");
    }
    if (races.isEmpty()) {
      catalogue.all().stream()
          .filter(
              race -> race.fixedBy().contains(fix.commit()) || race.madeBy().contains(fix.commit()))
          .forEach(race -> races.add(race.name()));
    }
  }

  private List<Pair> pairs(
      Collection<ScenarioFile> files, RaceCatalogue catalogue, Set<String> wanted) {
    List<Scenario> chosen =
        files.stream()
            .map(ScenarioFile::scenario)
            .filter(s -> races.isEmpty() || s.races().stream().anyMatch(races::contains))
            .toList();
    return quick
        ? MatrixPlan.quick(
            chosen,
            catalogue.all().stream()
                .filter(race -> races.isEmpty() || races.contains(race.name()))
                .toList(),
            wanted)
        : MatrixPlan.all(chosen, wanted);
  }

  private RunRequest run(
      ScenarioFile file,
      Profile profile,
      long drawn,
      RaceCatalogue catalogue,
      TableStyle tables,
      Optional<Path> report) {
    Scenario scenario = file.scenario();
    Sought sought = Sought.on(scenario, profile.name());
    return new RunRequest(
        scenario,
        file.device(),
        List.of(profile),
        file.settings(),
        engine,
        drawn,
        machines == null ? scenario.machines() : machines,
        new RunRequest.Limits(budget(scenario, sought), Optional.empty(), false, sought),
        catalogue,
        tables,
        report,
        Optional.empty());
  }

  /**
   * What must be seen, and of which the scenario does not say how rare it is, shows within the
   * scenario's time, which may be more than the usual budget.
   */
  private Duration budget(Scenario scenario, Sought sought) {
    if (budget != null) {
      return budget;
    }
    boolean untimed = !sought.names().isEmpty() && sought.attempts() == 0;
    return untimed && scenario.duration().compareTo(BUDGET) > 0 ? scenario.duration() : BUDGET;
  }

  private Map<String, ScenarioFile> files(
      Library library, RaceCatalogue catalogue, Mistakes mistakes) {
    Map<String, ScenarioFile> files = new LinkedHashMap<>();
    Collection<String> names =
        scenarios.isEmpty() ? library.all(Library.Shelf.SCENARIOS).keySet() : scenarios;
    for (String name : names) {
      ScenarioFile file =
          mistakes.attempt(
              () ->
                  ScenarioFile.read(
                      library.find(Library.Shelf.SCENARIOS, name),
                      Overrides.NONE,
                      library,
                      catalogue.names()));
      if (file != null) {
        files.put(file.scenario().name(), file);
      }
    }
    return files;
  }

  private static Map<String, Profile> profiles(
      Library library, List<String> names, Mistakes mistakes) {
    Profiles profiles = new Profiles(library);
    Map<String, Profile> found = new LinkedHashMap<>();
    for (String name : names) {
      Profile profile = mistakes.attempt(() -> profiles.find(name));
      if (profile != null) {
        found.put(profile.name(), profile);
      }
    }
    return found;
  }
}
