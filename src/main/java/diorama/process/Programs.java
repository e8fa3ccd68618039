package diorama.process;

import diorama.process.fio.Fio;
import diorama.process.fio.JobOptions;
import diorama.process.script.Script;
import diorama.process.script.ScriptProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The programs that a scenario's task can name. */
public final class Programs {
  private static final Map<String, Factory> PROGRAMS = programs();

  private Programs() {}

  /** Reads the options of a program. */
  private interface Factory {
    /**
     * What can be started.
     *
     * @param task the task's name
     * @throws BadOption for an option that cannot be
     */
    Executable create(String task, Map<String, String> options);
  }

  private static Map<String, Factory> programs() {
    Map<String, Factory> programs = new LinkedHashMap<>();
    programs.put(
        AioDioInvalidateFailure.NAME,
        (task, options) -> new Options(options).finish(Programs::invalidateFailure));
    programs.put(
        AioDioExtendStat.NAME,
        (task, options) -> new Options(options).finish(Programs::extendStat));
    programs.put(
        AioDioSubblockEofRead.NAME,
        (task, options) -> new Options(options).finish(Programs::eofRead));
    programs.put(
        AioDioInvalidateReadahead.NAME,
        (task, options) -> new Options(options).finish(Programs::invalidateReadahead));
    programs.put(
        AioDioSparseWrite.NAME,
        (task, options) -> new Options(options).finish(o -> sparseWrite(task, o)));
    programs.put(Odirect.NAME, (task, options) -> new Options(options).finish(Programs::odirect));
    programs.put(Fio.NAME, (task, options) -> fio(JobOptions.of(task, options)));
    programs.put(
        ScriptProgram.NAME, (task, options) -> new Options(options).finish(Programs::script));
    return programs;
  }

  private static Executable invalidateFailure(Options options) {
    long size = options.size("size", AioDioInvalidateFailure.GINORMOUS);
    if (size < 4096 || size % 4096 != 0 || size > AioDioInvalidateFailure.GINORMOUS) {
      throw new BadOption("size", size + " is not a multiple of 4096 from 4096 to 32m");
    }
    String file = options.text("filename", AioDioInvalidateFailure.NAME);
    return repeated(
        AioDioInvalidateFailure.NAME,
        List.of(file),
        environment -> new AioDioInvalidateFailure(file, size, environment.log()));
  }

  /** Runs once: the file is there from the start, and can be extended once only. */
  private static Executable extendStat(Options options) {
    String file = options.text("filename", AioDioExtendStat.NAME);
    int events = options.number("number_ios", AioDioExtendStat.MAX_AIO_EVENTS, 1, 65_534);
    return new Executable(
        List.of(file), environment -> new AioDioExtendStat(file, events, environment));
  }

  private static Executable eofRead(Options options) {
    String file = options.text("filename", AioDioSubblockEofRead.NAME);
    return repeated(
        AioDioSubblockEofRead.NAME,
        List.of(file),
        environment -> new AioDioSubblockEofRead(file, environment.log()));
  }

  /** Runs until it fails or the run is over. */
  private static Executable invalidateReadahead(Options options) {
    long size = options.size("size", AioDioInvalidateReadahead.FILE_SIZE);
    if (size < 4096 || size % 4096 != 0 || size > AioDioInvalidateReadahead.FILE_SIZE) {
      throw new BadOption("size", size + " is not a multiple of 4096 from 4096 to 8m");
    }
    String file = options.text("filename", AioDioInvalidateReadahead.NAME);
    return new Executable(
        List.of(file), environment -> new AioDioInvalidateReadahead(file, size, environment));
  }

  /** Runs once, over a file of its own that is empty at the start. */
  private static Executable sparseWrite(String task, Options options) {
    long size = options.size("size", 32 << 10);
    long mapped = options.size("mapped", size / 2);
    if (size < 8192 || size % 4096 != 0 || size > 1 << 20) {
      throw new BadOption("size", size + " is not a multiple of 4096 from 8192 to 1m");
    }
    if (mapped < 4096 || mapped % 4096 != 0 || mapped >= size) {
      throw new BadOption("mapped", mapped + " is not a multiple of 4096 from 4096 and below size");
    }
    String file = options.text("filename", task);
    return new Executable(
        List.of(file), environment -> new AioDioSparseWrite(file, size, mapped, environment));
  }

  private static Executable odirect(Options options) {
    String file = options.text("filename", Odirect.NAME);
    int iocbs = options.number("iocbs", Odirect.IOCBS, 1, 1024);
    int order = options.number("order", 2, 0, 8);
    return repeated(
        Odirect.NAME, List.of(file), environment -> new Odirect(file, iocbs, order, environment));
  }

  private static Executable fio(JobOptions options) {
    return new Executable(options.files(), environment -> new Fio(options, environment));
  }

  /** Runs once, so that a run is what the script says, unless it is told to go on. */
  private static Executable script(Options options) {
    Script script = Script.parse(options.text(ScriptProgram.NAME, ""));
    Function<Environment, Program> exec = environment -> new ScriptProgram(script, environment);
    return options.flag("repeat", false)
        ? repeated(ScriptProgram.NAME, script.files(), exec)
        : new Executable(script.files(), exec);
  }

  /** As a test of a kernel a program that ends by itself runs again and again. */
  private static Executable repeated(
      String name, List<String> files, Function<Environment, Program> exec) {
    return new Executable(
        files, environment -> new Repeated(name, exec.apply(environment), environment.log()));
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
  public static Executable of(String name, String task, Map<String, String> options) {
    Factory factory = PROGRAMS.get(name);
    if (factory == null) {
      throw new BadOption(
          "program",
          "no program '%s'%s There are %s"
              .formatted(name, hint(name), String.join(", ", PROGRAMS.keySet())));
    }
    return factory.create(task, options);
  }

  private static String hint(String name) {
    String hint = NearestName.hint(name, PROGRAMS.keySet());
    return hint.isEmpty() ? "." : hint;
  }
}
