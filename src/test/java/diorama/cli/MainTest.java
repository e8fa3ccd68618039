package diorama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.config.Library;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    CommandLine commandLine =
        Main.commandLine(
            Library.installed(),
            engine -> {
              throw new AssertionError();
            });
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return commandLine.execute(args);
  }

  @Test
  void versionIsOneLineOnStandardOutput() {
    assertThat(execute("--version")).isEqualTo(ExitCode.AS_EXPECTED);
    assertThat(out.toString()).startsWith("diorama ").hasLineCount(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpNamesTheExitCodes() {
    assertThat(execute("--help")).isEqualTo(ExitCode.AS_EXPECTED);
    assertThat(out.toString()).contains("Usage: diorama", "130");
  }

  @Test
  void noCommandIsAWrongCommandLine() {
    assertThat(execute()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("missing command");
  }

  @Test
  void anUnknownOptionIsAWrongCommandLine() {
    assertThat(execute("--no-such-option")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("--no-such-option");
  }
}
