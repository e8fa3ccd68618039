package diorama.cli;

import diorama.campaign.Engine;
import diorama.campaign.RaceCatalogue;
import diorama.campaign.RunRequest;
import diorama.config.Library;
import diorama.config.Mistakes;
import diorama.config.Overrides;
import diorama.config.Profile;
import diorama.config.Profiles;
import diorama.config.Scenario;
import diorama.config.ScenarioFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which scenario, on which kernels, with what changed and drawn from which seed. */
final class ScenarioOptions {
  private static final SecureRandom SEEDS = new SecureRandom();

  @Parameters(
      paramLabel = "SCENARIO",
      description = "A file, or a name that ./diorama scenarios lists.")
  String scenario;

  @Option(
      names = "--kernel",
      paramLabel = "K",
      description =
          "A file, or a name that ./diorama kernels lists; may be given more than once. Default:"
              + " the kernels that the scenario compares.")
  private List<String> kernels = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of everything that is drawn. Default: a new one for each run.")
  private @Nullable Long seed;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Changes a setting (time.scale=1) or a value of the scenario (filesystem.commit=1s), or"
              + " puts a kernel together (kernel.base=linux-2.6.20, kernel.apply=[65b8291c],"
              + " kernel.revert=[...]); may be given more than once.")
  List<String> set = new ArrayList<>();

  /** The name of the kernel that was put together here, which no shelf has. */
  private @Nullable String composed;

  @SuppressWarnings("NullAway.Init")
  ScenarioOptions() {}

  /**
   * Reads everything that is named, and throws one {@link diorama.config.BadInput} for all that is
   * wrong with it.
   *
   * @param machines how many are to run at once; 0 for as many as the scenario says
   * @param limits made of the scenario
   */
  RunRequest request(
      Library library,
      Engine engine,
      int machines,
      Function<Scenario, RunRequest.Limits> limits,
      Style style,
      Optional<Path> report,
      Optional<Path> record) {
    Mistakes mistakes = new Mistakes();
    Overrides written = mistakes.attempt(() -> Overrides.parse(set));
    Overrides all = written == null ? Overrides.NONE : written;
    Overrides overrides = all.withoutBelow(Profiles.COMPOSED, Profiles.PARTS);
    RaceCatalogue races = RaceCatalogue.read(library);
    ScenarioFile file =
        mistakes.attempt(
            () ->
                ScenarioFile.read(
                    library.find(Library.Shelf.SCENARIOS, scenario),
                    overrides,
                    library,
                    races.names()));
    Overrides parts = all.below(Profiles.COMPOSED, Profiles.PARTS);
    List<String> names = kernels;
    if (kernels.isEmpty() && parts.isEmpty() && file != null) {
      names = file.scenario().kernels();
    }
    List<Profile> profiles = profiles(library, names, parts, mistakes);
    ScenarioFile read = mistakes.checked(file);
    Scenario what = read.scenario();
    return new RunRequest(
        what,
        read.device(),
        profiles,
        read.settings(),
        engine,
        seed == null ? newSeed() : seed,
        machines == 0 ? what.machines() : machines,
        limits.apply(what),
        races,
        style.tables(),
        report,
        record);
  }

  /** A seed for somebody who gave none. */
  static long newSeed() {
    return SEEDS.nextInt(Integer.MAX_VALUE);
  }

  private List<Profile> profiles(
      Library library, List<String> names, Overrides parts, Mistakes mistakes) {
    Profiles profiles = new Profiles(library);
    Map<String, Profile> found = new LinkedHashMap<>();
    for (String name : names) {
      Profile profile = mistakes.attempt(() -> profiles.find(name));
      if (profile != null) {
        found.put(profile.name(), profile);
      }
    }
    if (!parts.isEmpty()) {
      Profile profile = mistakes.attempt(() -> profiles.composed(parts));
      if (profile != null) {
        composed = profile.name();
        found.put(profile.name(), profile);
      }
    }
    return List.copyOf(found.values());
  }

  /** The part of a command line that repeats what was chosen here. */
  String repeated(RunRequest request) {
    StringBuilder line = new StringBuilder(quoted(scenario));
    request.kernels().stream()
        .map(Profile::name)
        .filter(name -> !name.equals(composed))
        .forEach(name -> line.append(" --kernel ").append(name));
    set.forEach(change -> line.append(" --set ").append(quoted(change)));
    return line.append(" --seed ").append(request.seed()).toString();
  }

  /** An argument as a shell takes it. */
  static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9._/=:,+-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
