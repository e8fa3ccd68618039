package diorama.cli;

import diorama.config.BadInput;
import diorama.config.Nearest;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says on standard error what is wrong, in as few lines as that takes. */
final class Complaints implements IParameterExceptionHandler, IExecutionExceptionHandler {
  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String message =
        e instanceof UnmatchedArgumentException unmatched
            ? unmatched(unmatched, command)
            : worded(String.valueOf(e.getMessage()));
    say(command, message.lines().toList());
    command
        .getErr()
        .println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for more.");
    command.getErr().flush();
    return ExitCode.BAD_INPUT;
  }

  /** In the words of the other messages. */
  private static String worded(String picocli) {
    return picocli
        .replaceFirst("^Invalid value for option '(.*?)'( \\(.*?\\))?: ", "$1: ")
        .replaceFirst("^Missing required parameter: '(.*)'", "missing $1");
  }

  private static String unmatched(UnmatchedArgumentException e, CommandLine command) {
    String first = e.getUnmatched().get(0);
    CommandSpec spec = command.getCommandSpec();
    if (first.startsWith("-")) {
      String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
      List<String> options =
          spec.options().stream().filter(o -> !o.hidden()).map(o -> o.longestName()).toList();
      return "unknown option " + name + "; " + Nearest.hint(name, options);
    }
    if (spec.subcommands().isEmpty()) {
      return "unexpected argument \"" + first + "\"";
    }
    return "unknown command \""
        + first
        + "\"; "
        + Nearest.hint(first, new ArrayList<>(spec.subcommands().keySet()));
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    if (e instanceof BadInput || e instanceof OutputLost) {
      say(command, String.valueOf(e.getMessage()).lines().toList());
      return ExitCode.BAD_INPUT;
    }
    defect(e, command.getErr());
    return ExitCode.DEFECT;
  }

  private static void say(CommandLine command, List<String> lines) {
    PrintWriter err = command.getErr();
    lines.forEach(line -> err.println("diorama: " + line));
    err.flush();
  }

  static void defect(Throwable e, PrintWriter err) {
    err.println("diorama: a defect of Diorama itself, not of what you wrote:");
    e.printStackTrace(err);
    err.flush();
  }
}
