package diorama.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads scenarios and, because a scenario may change settings, the settings of a run with it.
 *
 * @param scenario what was read
 * @param device the device that it names
 * @param settings what holds for a run of it
 */
public record ScenarioFile(Scenario scenario, Device device, Settings settings) {
  /** No run lasts longer. */
  public static final Duration LONGEST_RUN = Duration.ofDays(365);

  private static final ListOf NAMES = new ListOf(Scalar.Text.ANY);

  private static final Section EXPECTED =
      Section.of(
          Key.optional("must", NAMES, "kernels on which it shows in every run"),
          Key.optional("may", NAMES, "kernels on which it may show"),
          Key.optional("never", NAMES, "kernels on which it never shows"),
          Key.optional(
              "rate",
              new Scalar.Real(1e-9, 1),
              "how often it shows at least, for each operation of a program, where it must"));

  /** What a scenario's file may say. */
  public static final Section SCHEMA =
      Section.of(
          Key.required("title", Scalar.Text.ANY, "what it shows, in one line"),
          Key.of("story", Scalar.Text.ANY, "\"\"", "the whole story"),
          Key.optional("races", NAMES, "the races of the catalogue that it is about"),
          Key.required("kernels", NAMES, "the kernels that it compares when none is named"),
          Key.of("filesystem", FileSystem.SCHEMA, "{}", "the file system of each machine"),
          Key.of("device", Scalar.Text.ANY, "disk-2007", "the device: a name or a file"),
          Key.optional(
              "faults", new Named("faults", Fault.SCHEMA), "what goes wrong with the device"),
          Key.of("machines", new Scalar.Whole(1, 100_000), "1", "machines that run at once"),
          Key.of(
              "for",
              new Scalar.Time(Duration.ofMillis(1), LONGEST_RUN),
              "10s",
              "how long each kernel runs, not scaled"),
          Key.optional("ops", new Scalar.Whole(1, Long.MAX_VALUE), "ends after so many operations"),
          Key.required("tasks", new Named("tasks", Task.SCHEMA), "the programs that run"),
          Key.required(
              "expect",
              new Named("violations or races", EXPECTED),
              "what shows on which kernel; what is not mentioned never shows"),
          Key.optional("settings", Settings.SCHEMA, "settings that differ from reference.conf"));

  /**
   * Reads a scenario.
   *
   * @param known the violations and races that there are
   */
  public static ScenarioFile read(
      Path file, Overrides overrides, Library library, Collection<String> known) {
    Mistakes mistakes = new Mistakes();
    overrides.noteUnknown(mistakes, List.of(SCHEMA, Settings.SCHEMA));
    Config config = overrides.of(SCHEMA).over(SourceFile.parse(file));
    Values values = SCHEMA.read("", config.root(), mistakes);
    Config changed =
        mistakes.none() && config.root().get("settings") instanceof ConfigObject object
            ? object.toConfig()
            : ConfigFactory.empty();
    Settings settings = mistakes.attempt(() -> Settings.read(changed, overrides));
    Values checked = mistakes.checked(values);
    check(checked, library, known, mistakes);
    Device device = device(checked, library, mistakes);
    return new ScenarioFile(
        scenario(Library.nameOf(file), file, checked, config),
        mistakes.checked(device),
        mistakes.checked(settings));
  }

  /**
   * A scenario that was read before, from its {@link Scenario#source}. Nothing that it names is
   * looked up.
   *
   * @param file where that stands now
   */
  public static Scenario restore(String name, Config source, Path file) {
    Mistakes mistakes = new Mistakes();
    Values values = mistakes.checked(SCHEMA.read("", source.root(), mistakes));
    values.sections("tasks").forEach((task, section) -> Task.check(task, section, mistakes));
    mistakes.check();
    return scenario(name, file, values, source);
  }

  private static void check(
      Values values, Library library, Collection<String> known, Mistakes mistakes) {
    names("kernels", values, library.all(Library.Shelf.KERNELS).keySet(), "kernel", mistakes);
    names("races", values, known, "race", mistakes);
    for (Map.Entry<String, Values> expected : values.sections("expect").entrySet()) {
      Values section = expected.getValue();
      if (!known.contains(expected.getKey())) {
        mistakes.add(
            section.origin(""),
            values.at("expect"),
            "there is no violation or race "
                + Found.quoted(expected.getKey())
                + "; "
                + Nearest.hint(expected.getKey(), known));
      }
      Set<String> kernels = new LinkedHashSet<>();
      for (Expectation each : Expectation.values()) {
        String key = Words.of(each);
        for (String kernel : section.texts(key)) {
          if (!kernels.add(kernel)) {
            mistakes.add(section.origin(key), section.at(key), kernel + " is named twice");
          }
        }
        names(key, section, library.all(Library.Shelf.KERNELS).keySet(), "kernel", mistakes);
      }
    }
    values.sections("tasks").forEach((name, task) -> Task.check(name, task, mistakes));
    if (values.sections("tasks").isEmpty()) {
      mistakes.add(values.origin("tasks"), "tasks", "found none; allowed: at least one");
    }
  }

  private static @Nullable Device device(Values values, Library library, Mistakes mistakes) {
    try {
      return Device.read(library.find(Library.Shelf.DEVICES, values.text("device")));
    } catch (BadInput bad) {
      String where = values.at("device");
      bad.mistakes()
          .forEach(mistake -> mistakes.add(values.origin("device"), where, mistake.toString()));
      return null;
    }
  }

  private static void names(
      String key, Values values, Collection<String> known, String noun, Mistakes mistakes) {
    for (String name : values.texts(key)) {
      if (!known.contains(name) && !(noun.equals("kernel") && name.endsWith(".conf"))) {
        mistakes.add(
            values.origin(key),
            values.at(key),
            "there is no " + noun + " " + Found.quoted(name) + "; " + Nearest.hint(name, known));
      }
    }
  }

  private static Scenario scenario(String name, Path file, Values v, Config source) {
    List<Task> tasks = new ArrayList<>();
    v.sections("tasks").forEach((task, section) -> tasks.add(Task.of(task, section)));
    return new Scenario(
        name,
        v.text("title"),
        v.text("story"),
        v.texts("races"),
        v.texts("kernels"),
        FileSystem.of(v.section("filesystem")),
        v.text("device"),
        v.sections("faults").values().stream().map(Fault::of).toList(),
        v.whole("machines"),
        v.time("for"),
        v.has("ops") ? Optional.of(v.number("ops")) : Optional.empty(),
        List.copyOf(tasks),
        expectations(v),
        rates(v),
        file,
        source);
  }

  private static Map<String, Map<String, Expectation>> expectations(Values values) {
    Map<String, Map<String, Expectation>> expectations = new LinkedHashMap<>();
    values
        .sections("expect")
        .forEach(
            (what, section) -> {
              Map<String, Expectation> kernels = new LinkedHashMap<>();
              for (Expectation each : Expectation.values()) {
                section.texts(Words.of(each)).forEach(kernel -> kernels.put(kernel, each));
              }
              expectations.put(what, kernels);
            });
    return expectations;
  }

  private static Map<String, Double> rates(Values values) {
    Map<String, Double> rates = new LinkedHashMap<>();
    values
        .sections("expect")
        .forEach(
            (what, section) -> {
              if (section.has("rate")) {
                rates.put(what, section.real("rate"));
              }
            });
    return rates;
  }
}
