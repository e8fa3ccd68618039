package diorama.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a command writes what it has to say. */
final class OutputOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json: one document on standard output and nothing else there.")
  Format format = Format.TEXT;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "auto (default: on a terminal, unless NO_COLOR is set), always or never.")
  Style.When color = Style.When.AUTO;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  OutputOptions() {}

  boolean json() {
    return format == Format.JSON;
  }

  Style style() {
    return Style.of(color, Terminal.onStandardOutput());
  }

  Console console() {
    return Console.of(spec.commandLine());
  }
}
