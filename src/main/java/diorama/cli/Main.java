package diorama.cli;

import diorama.campaign.Campaign;
import diorama.campaign.Engine;
import diorama.campaign.Exploring;
import diorama.config.Library;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command. */
@Command(
    name = "diorama",
    description = "A working miniature of the Linux direct-I/O path.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeOnInvalidInput = ExitCode.BAD_INPUT,
    exitCodeOnExecutionException = ExitCode.DEFECT,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:what was expected was seen",
      "1:something else was seen, or what must be seen was not",
      "2:the command line or a configuration file is wrong, and nothing has run; or output was lost",
      "3:a defect of Diorama itself",
      "130:interrupted, after everything found so far was saved"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by picocli, which fills in {@link #spec}. */
  @SuppressWarnings("NullAway.Init")
  Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  private static int run(String[] args) {
    try {
      CommandLine command = commandLine(Library.installed(), Campaign::in);
      int code = command.execute(args);
      return System.out.checkError() ? lost(command, code) : code;
    } catch (Throwable e) {
      // An Error goes past picocli, and the JVM's own exit code for it means something else here.
      Complaints.defect(e, new PrintWriter(System.err, true, Charset.defaultCharset()));
      return ExitCode.DEFECT;
    }
  }

  /**
   * A writer that fails goes on as if nothing was, so it is asked in the end. Who closes a pipe has
   * read enough; everybody else wanted what is lost.
   */
  private static int lost(CommandLine command, int code) {
    if (pipeIsClosed()) {
      return code;
    }
    command.getErr().println("diorama: standard output could not be written");
    command.getErr().flush();
    return code == ExitCode.AS_EXPECTED ? ExitCode.BAD_INPUT : code;
  }

  /** Only another attempt tells why writing fails. */
  private static boolean pipeIsClosed() {
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write('\n');
      return false;
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("pipe");
    }
  }

  static CommandLine commandLine(Library library, Function<Engine, Campaign> campaigns) {
    CommandLine root = new CommandLine(new Main());
    root.addSubcommand(new RunCommand(library, campaigns));
    root.addSubcommand(new MatrixCommand(library, campaigns));
    root.addSubcommand(new ExploreCommand(library));
    root.addSubcommand(new ReplayCommand(library));
    root.addSubcommand(new ExplainCommand(library));
    root.addSubcommand(new MinimizeCommand(library));
    root.addSubcommand(new KernelsCommand(library));
    root.addSubcommand(new ScenariosCommand(library));
    root.addSubcommand(new RacesCommand(library));
    root.addSubcommand(new FixesCommand(library));
    root.addSubcommand(new CompletionCommand());
    Complaints complaints = new Complaints();
    root.setParameterExceptionHandler(complaints);
    root.setExecutionExceptionHandler(complaints);
    root.registerConverter(Engine.class, Converters.word(Engine.class));
    root.registerConverter(Exploring.class, Converters.word(Exploring.class));
    root.registerConverter(ExplainCommand.As.class, Converters.word(ExplainCommand.As.class));
    root.registerConverter(Format.class, Converters.word(Format.class));
    root.registerConverter(MatrixFormat.class, Converters.word(MatrixFormat.class));
    root.registerConverter(Style.When.class, Converters.word(Style.When.class));
    return root;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "missing command; ./diorama --help lists them");
  }
}
