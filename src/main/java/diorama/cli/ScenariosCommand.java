package diorama.cli;

import diorama.campaign.Json;
import diorama.campaign.RaceCatalogue;
import diorama.config.Expectation;
import diorama.config.Library;
import diorama.config.Overrides;
import diorama.config.Scenario;
import diorama.config.ScenarioFile;
import diorama.config.Task;
import diorama.config.Units;
import diorama.config.Words;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./diorama scenarios}: what can be run. */
@Command(
    name = "scenarios",
    mixinStandardHelpOptions = true,
    description = "Lists the scenarios; with a NAME or a file tells the whole story of one.")
final class ScenariosCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A name or a file.")
  private @Nullable String name;

  @Option(names = "--keys", description = "Lists every key that a scenario's file may have.")
  private boolean keys;

  @Mixin private OutputOptions output;

  private final Library library;

  @SuppressWarnings("NullAway.Init")
  ScenariosCommand(Library library) {
    this.library = library;
  }

  /** A scenario as JSON has it. */
  record ScenarioJson(
      String name,
      String title,
      String story,
      List<String> races,
      List<String> kernels,
      String device,
      String filesystem,
      List<String> tasks,
      Map<String, Map<String, String>> expect) {}

  @Override
  public void run() {
    if (keys) {
      output.console().print(new Keys(ScenarioFile.SCHEMA).lines());
      return;
    }
    RaceCatalogue races = RaceCatalogue.read(library);
    if (name != null) {
      Scenario scenario = read(library.find(Library.Shelf.SCENARIOS, name), races);
      output.console().print(output.json() ? List.of(Json.of(json(scenario))) : story(scenario));
      return;
    }
    List<Scenario> all =
        library.all(Library.Shelf.SCENARIOS).values().stream().map(f -> read(f, races)).toList();
    if (output.json()) {
      List<ScenarioJson> scenarios = all.stream().map(ScenariosCommand::json).toList();
      output.console().print(Json.of(Map.of("scenarios", scenarios)));
      return;
    }
    Table table = new Table();
    for (Scenario scenario : all) {
      table.row(scenario.name(), scenario.title(), "[" + String.join("; ", scenario.races()) + "]");
    }
    output.console().print(table.lines());
  }

  private Scenario read(Path file, RaceCatalogue races) {
    return ScenarioFile.read(file, Overrides.NONE, library, races.names()).scenario();
  }

  private static ScenarioJson json(Scenario scenario) {
    Map<String, Map<String, String>> expect = new TreeMap<>();
    scenario
        .expectations()
        .forEach(
            (what, kernels) -> {
              Map<String, String> words = new TreeMap<>();
              kernels.forEach((kernel, expected) -> words.put(kernel, Words.of(expected)));
              expect.put(what, words);
            });
    return new ScenarioJson(
        scenario.name(),
        scenario.title(),
        String.join(" ", Prose.wrap(scenario.story(), Integer.MAX_VALUE, "")),
        scenario.races(),
        scenario.kernels(),
        scenario.device(),
        fileSystem(scenario),
        scenario.tasks().stream().map(ScenariosCommand::task).toList(),
        expect);
  }

  private static String fileSystem(Scenario scenario) {
    return Words.of(scenario.fileSystem().type())
        + " data="
        + Words.of(scenario.fileSystem().data())
        + " commit="
        + Units.show(scenario.fileSystem().commit());
  }

  private static String task(Task task) {
    StringBuilder line = new StringBuilder(task.name() + ": " + task.program());
    task.options()
        .forEach(
            (key, value) ->
                line.append(' ').append(key).append('=').append(value.replaceAll("\\s+", " ")));
    return line.toString();
  }

  private List<String> story(Scenario scenario) {
    Style style = output.style();
    List<String> lines = new ArrayList<>();
    lines.add(style.strong(scenario.name()));
    lines.addAll(Prose.wrap(scenario.title(), Terminal.width(), "  "));
    if (!scenario.story().isBlank()) {
      lines.add("");
      lines.addAll(Prose.wrap(scenario.story(), Terminal.width(), "  "));
    }
    lines.add("");
    scenario.tasks().forEach(task -> lines.add("  task     " + task(task)));
    lines.add("  on       " + fileSystem(scenario) + ", " + scenario.device());
    lines.add("  compares " + String.join(", ", scenario.kernels()));
    lines.add("  races    " + String.join(", ", scenario.races()));
    scenario
        .expectations()
        .forEach(
            (what, kernels) -> {
              lines.add("  expects  " + what);
              for (Expectation expected : Expectation.values()) {
                List<String> those =
                    kernels.keySet().stream().filter(k -> kernels.get(k) == expected).toList();
                if (!those.isEmpty()) {
                  lines.add(
                      "             " + Words.of(expected) + " on " + String.join(", ", those));
                }
              }
            });
    return lines;
  }
}
