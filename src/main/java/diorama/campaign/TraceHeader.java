package diorama.campaign;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import diorama.config.Anything;
import diorama.config.BadInput;
import diorama.config.Device;
import diorama.config.Key;
import diorama.config.Mistakes;
import diorama.config.Profile;
import diorama.config.Profiles;
import diorama.config.Scalar;
import diorama.config.Scenario;
import diorama.config.ScenarioFile;
import diorama.config.Section;
import diorama.config.Settings;
import diorama.config.Values;
import diorama.config.Words;
import diorama.config.Written;
import diorama.trace.TableStyle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a trace says of the machine that it was made from: enough to build the same machine again,
 * without any other file.
 *
 * @param request the machine's run
 * @param profile its kernel
 * @param machine which machine of that kernel it was, from 1
 * @param programVersion of the program that made the trace
 */
public record TraceHeader(
    RunRequest request, Profile profile, long machine, String programVersion) {
  private static final Section NAMED_FILE =
      Section.of(
          Key.required("name", Scalar.Text.ANY, "its name"),
          Key.required("file", new Anything("what its file says"), "what its file says"));

  private static final Section SCHEMA =
      Section.of(
          Key.required("program-version", Scalar.Text.ANY, "what made the trace"),
          Key.required(
              "engine",
              new Scalar.Choice(Arrays.stream(Engine.values()).map(Words::of).toList()),
              "what ran the actors"),
          Key.required("seed", new Scalar.Whole(Long.MIN_VALUE, Long.MAX_VALUE), "of the run"),
          Key.required("machine", new Scalar.Whole(1, Long.MAX_VALUE), "which one of its kernel"),
          Key.required("scenario", NAMED_FILE, "what ran"),
          Key.required("device", NAMED_FILE, "what it ran on"),
          Key.required("profile", NAMED_FILE, "the kernel"),
          Key.required("settings", new Anything("settings"), "all of them"));

  /** The header of a machine that this program runs. */
  public static TraceHeader of(RunRequest request, Profile profile, long machine) {
    return new TraceHeader(request, profile, machine, ProgramVersion.current());
  }

  /** As text, in HOCON. */
  public String write() {
    Scenario scenario = request.scenario();
    Device device = request.device();
    Config header =
        ConfigFactory.empty()
            .withValue("program-version", ConfigValueFactory.fromAnyRef(programVersion))
            .withValue("engine", ConfigValueFactory.fromAnyRef(Words.of(request.engine())))
            .withValue("seed", ConfigValueFactory.fromAnyRef(request.seed()))
            .withValue("machine", ConfigValueFactory.fromAnyRef(machine))
            .withValue("settings", request.settings().source().root());
    header = with(header, "scenario", scenario.name(), scenario.source());
    header = with(header, "device", device.name(), device.source());
    header = with(header, "profile", profile.name(), Profiles.source(profile));
    return Written.of(header);
  }

  private static Config with(Config header, String key, String name, Config file) {
    return header
        .withValue(key + ".name", ConfigValueFactory.fromAnyRef(name))
        .withValue(key + ".file", file.root());
  }

  /**
   * What was written. The request asks for this one machine, for as long as the scenario says.
   *
   * @param races the catalogue, for what is said of a violation
   * @param tables how interleaving tables are printed
   * @param trace the file that the text comes from, for messages
   * @throws BadInput if the text was written by a program that knew other things than this one
   */
  public static TraceHeader read(String text, RaceCatalogue races, TableStyle tables, Path trace) {
    Config config = parse(text, trace);
    Mistakes mistakes = new Mistakes();
    Values values = mistakes.checked(SCHEMA.read("", config.root(), mistakes));
    Scenario scenario =
        mistakes.attempt(
            () -> ScenarioFile.restore(name(values, "scenario"), file(config, "scenario"), trace));
    Device device =
        mistakes.attempt(
            () -> Device.restore(name(values, "device"), file(config, "device"), trace));
    Profile profile =
        mistakes.attempt(
            () -> Profiles.restore(name(values, "profile"), file(config, "profile"), trace));
    Settings settings = mistakes.attempt(() -> Settings.restore(config.getConfig("settings")));
    Scenario what = mistakes.checked(scenario);
    Profile kernel = mistakes.checked(profile);
    RunRequest request =
        new RunRequest(
            what,
            mistakes.checked(device),
            List.of(kernel),
            mistakes.checked(settings),
            values.constant("engine", Engine.class),
            values.number("seed"),
            1,
            new RunRequest.Limits(what.duration(), what.ops(), false),
            races,
            tables,
            Optional.empty(),
            Optional.empty());
    return new TraceHeader(
        request, kernel, values.number("machine"), values.text("program-version"));
  }

  private static Config parse(String text, Path trace) {
    try {
      return ConfigFactory.parseString(
          text, ConfigParseOptions.defaults().setOriginDescription(trace + ", header"));
    } catch (ConfigException e) {
      throw new BadInput(trace + ": the header of the trace is no HOCON");
    }
  }

  private static String name(Values values, String key) {
    return values.section(key).text("name");
  }

  private static Config file(Config header, String key) {
    return header.getConfig(key + ".file");
  }
}
