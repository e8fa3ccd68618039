package diorama.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Programs, a file system, a device, and what is expected on which kernel.
 *
 * @param name the file's name without ending
 * @param title what it shows, in one line
 * @param story the whole story
 * @param races the races of the catalogue that it is about
 * @param kernels the kernels that it compares when none is named
 * @param fileSystem of each machine
 * @param device of each machine, by name or file
 * @param faults what goes wrong with the device
 * @param machines how many run at once
 * @param duration how long each kernel runs
 * @param ops ends after so many operations, if given
 * @param tasks the programs, in the order in which they start
 * @param expectations by violation or race, then by kernel
 * @param rates by violation or race, how often it shows at least, for each operation of a program,
 *     on a kernel that must show it; of some of them nothing is said
 * @param file where it stands
 * @param source what the file says, with what the command line changes
 */
public record Scenario(
    String name,
    String title,
    String story,
    List<String> races,
    List<String> kernels,
    FileSystem fileSystem,
    String device,
    List<Fault> faults,
    int machines,
    Duration duration,
    Optional<Long> ops,
    List<Task> tasks,
    Map<String, Map<String, Expectation>> expectations,
    Map<String, Double> rates,
    Path file,
    Config source) {

  /**
   * What is expected of a violation on a kernel.
   *
   * <p>What the scenario does not mention at all must never be seen. Of a kernel that it does not
   * name it cannot know: there, what it mentions may be seen.
   *
   * @param violation the violation's id
   * @param race the race that caused it, or empty
   */
  public Expectation expected(String kernel, String violation, String race) {
    Map<String, Expectation> named =
        expectations.getOrDefault(violation, expectations.getOrDefault(race, Map.of()));
    if (named.isEmpty()) {
      return Expectation.NEVER;
    }
    return named.getOrDefault(kernel, Expectation.MAY);
  }

  /** The same with other programs. */
  public Scenario with(List<Task> others) {
    return new Scenario(
        name,
        title,
        story,
        races,
        kernels,
        fileSystem,
        device,
        faults,
        machines,
        duration,
        ops,
        others,
        expectations,
        rates,
        file,
        source.withValue("tasks", written(others)));
  }

  private static ConfigValue written(List<Task> tasks) {
    Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    for (Task task : tasks) {
      Map<String, String> section = new LinkedHashMap<>();
      section.put("program", task.program());
      section.putAll(task.options());
      sections.put(task.name(), section);
    }
    return ConfigValueFactory.fromMap(sections);
  }
}
