package diorama.process;

import diorama.process.fio.Fio;
import diorama.process.fio.JobOptions;
import diorama.process.script.Script;
import diorama.process.script.ScriptProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The programs that a scenario's task can name. */
public final class Programs {
  private static final Map<String, Factory> PROGRAMS = programs();

  private Programs() {}

  /** Makes a program of its options. */
  private interface Factory {
    /**
     * A program.
     *
     * @param task the task's name
     * @throws BadOption for an option that cannot be
     */
    Program create(String task, Map<String, String> options, Environment environment);
  }

  private static Map<String, Factory> programs() {
    Map<String, Factory> programs = new LinkedHashMap<>();
    programs.put(
        AioDioInvalidateFailure.NAME,
        (task, options, environment) -> new Options(options).finish(o -> seed(o, environment)));
    programs.put(
        AioDioExtendStat.NAME,
        (task, options, environment) ->
            new Options(options).finish(o -> extendStat(o, environment)));
    programs.put(
        AioDioSubblockEofRead.NAME,
        (task, options, environment) -> new Options(options).finish(o -> eofRead(o, environment)));
    programs.put(
        Fio.NAME,
        (task, options, environment) -> new Fio(JobOptions.of(task, options), environment));
    programs.put(
        ScriptProgram.NAME,
        (task, options, environment) -> new Options(options).finish(o -> script(o, environment)));
    return programs;
  }

  private static Program seed(Options options, Environment environment) {
    long size = options.size("size", AioDioInvalidateFailure.GINORMOUS);
    if (size < 4096 || size % 4096 != 0 || size > AioDioInvalidateFailure.GINORMOUS) {
      throw new BadOption("size", size + " is not a multiple of 4096 from 4096 to 32m");
    }
    String file = options.text("filename", AioDioInvalidateFailure.NAME);
    return repeated(
        AioDioInvalidateFailure.NAME,
        new AioDioInvalidateFailure(file, size, environment.log()),
        environment);
  }

  /** Runs once: the file is there from the start, and can be extended once only. */
  private static Program extendStat(Options options, Environment environment) {
    String file = options.text("filename", AioDioExtendStat.NAME);
    int events = options.number("number_ios", AioDioExtendStat.MAX_AIO_EVENTS, 1, 65_534);
    return new AioDioExtendStat(file, events, environment);
  }

  private static Program eofRead(Options options, Environment environment) {
    String file = options.text("filename", AioDioSubblockEofRead.NAME);
    return repeated(
        AioDioSubblockEofRead.NAME,
        new AioDioSubblockEofRead(file, environment.log()),
        environment);
  }

  /** Runs once, so that a run is what the script says, unless it is told to go on. */
  private static Program script(Options options, Environment environment) {
    Script script = Script.parse(options.text(ScriptProgram.NAME, ""));
    Program program = new ScriptProgram(script, environment);
    return options.flag("repeat", false)
        ? repeated(ScriptProgram.NAME, program, environment)
        : program;
  }

  /** As a test of a kernel a program that ends by itself runs again and again. */
  private static Program repeated(String name, Program program, Environment environment) {
    return new Repeated(name, program, environment.log());
  }

  /**
   * The files that a task works on, which its file system has to have from the start.
   *
   * @param name the program's configuration name
   * @param task the task's name
   * @throws BadOption for options that cannot be
   */
  public static List<String> files(String name, String task, Map<String, String> options) {
    return switch (name) {
      case Fio.NAME -> JobOptions.of(task, options).files();
      case ScriptProgram.NAME -> Script.parse(options.getOrDefault(name, "")).files();
      default -> List.of(options.getOrDefault("filename", name));
    };
  }

  /** The configuration names of all programs. */
  public static List<String> names() {
    return new ArrayList<>(PROGRAMS.keySet());
  }

  /**
   * The program that a task runs.
   *
   * @param name the program's configuration name
   * @param task the task's name, which fio takes as its job's name
   * @param options the task's other settings, in the order in which they are written
   * @throws BadOption for an unknown name (with the key {@code program}) and for options that
   *     cannot be
   */
  public static Program create(
      String name, String task, Map<String, String> options, Environment environment) {
    Factory factory = PROGRAMS.get(name);
    if (factory == null) {
      throw new BadOption(
          "program",
          "no program '%s'%s There are %s"
              .formatted(name, hint(name), String.join(", ", PROGRAMS.keySet())));
    }
    return factory.create(task, options, environment);
  }

  private static String hint(String name) {
    String hint = NearestName.hint(name, PROGRAMS.keySet());
    return hint.isEmpty() ? "." : hint;
  }
}
