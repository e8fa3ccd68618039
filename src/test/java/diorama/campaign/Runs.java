package diorama.campaign;

import diorama.config.Library;
import diorama.config.Overrides;
import diorama.config.Profiles;
import diorama.config.ScenarioFile;
import diorama.trace.TableStyle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs scenarios of this project as the command line would, in the natural engine. */
final class Runs {
  /** Longer than any machine that runs tests needs; a run that gets here has failed. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final List<String> set = new ArrayList<>();
  private final List<List<String>> explanations = Collections.synchronizedList(new ArrayList<>());
  private final String scenario;
  private int machines = 2;
  private @Nullable Path record;

  private Runs(String scenario) {
    this.scenario = scenario;
  }

  static Runs of(String scenario) {
    return new Runs(scenario);
  }

  Runs machines(int count) {
    machines = count;
    return this;
  }

  /** Traces go to this folder. */
  Runs record(Path folder) {
    record = folder;
    return this;
  }

  Runs set(String pathAndValue) {
    set.add(pathAndValue);
    return this;
  }

  /** What a person was told of the violations, each line by line. */
  List<List<String>> explanations() {
    return List.copyOf(explanations);
  }

  /** Until so many operations were done. */
  KernelResult ops(String kernel, long ops) {
    return run(kernel, Optional.of(ops), lines -> false);
  }

  /**
   * Until an explanation is found that satisfies the condition, or so many operations were done.
   */
  KernelResult until(String kernel, long ops, Predicate<List<String>> found) {
    return run(kernel, Optional.of(ops), found);
  }

  /** What the command line would ask an engine for. */
  RunRequest request(Engine engine, String kernel, long seed, RunRequest.Limits limits) {
    Library library = new Library(List.of(Path.of(System.getProperty("diorama.home", "."))));
    RaceCatalogue races = RaceCatalogue.read(library);
    ScenarioFile file =
        ScenarioFile.read(
            library.find(Library.Shelf.SCENARIOS, scenario),
            Overrides.parse(set),
            library,
            races.names());
    return new RunRequest(
        file.scenario(),
        file.device(),
        List.of(new Profiles(library).find(kernel)),
        file.settings(),
        engine,
        seed,
        machines,
        limits,
        races,
        TableStyle.PLAIN,
        Optional.empty(),
        Optional.ofNullable(record));
  }

  private KernelResult run(String kernel, Optional<Long> ops, Predicate<List<String>> found) {
    RunRequest request =
        request(Engine.NATURAL, kernel, 1, new RunRequest.Limits(LONGEST, ops, false));
    StopSignal stop = new StopSignal();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void progress(Progress now) {}

          @Override
          public void violation(String name, String id, List<String> explanation) {
            explanations.add(explanation);
            if (found.test(explanation)) {
              stop.give();
            }
          }
        };
    return new NaturalCampaign().run(request, listener, stop).kernels().get(0);
  }
}
