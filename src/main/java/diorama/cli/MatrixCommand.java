package diorama.cli;

import diorama.campaign.Campaign;
import diorama.campaign.Engine;
import diorama.campaign.Json;
import diorama.campaign.Matrix;
import diorama.campaign.MatrixRequest;
import diorama.campaign.MatrixResult;
import diorama.campaign.Outcome;
import diorama.config.Library;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./diorama matrix}: every scenario on every kernel, against what is documented. */
@Command(
    name = "matrix",
    mixinStandardHelpOptions = true,
    description =
        "Runs every scenario on every kernel that it expects something of, and compares what is"
            + " seen with what is documented.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  diorama matrix --quick",
      "  diorama matrix --race eiocbqueued-clobber --budget 1m --report results",
      "  diorama matrix --kernel linux-2.6.21 --format junit > matrix.xml",
      "  diorama matrix --engine seeded --seed 1 --format markdown"
    })
final class MatrixCommand implements Callable<Integer> {
  @Mixin private MatrixOptions chosen;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "text (default), json, junit or markdown: all but text are one document on standard"
              + " output and nothing else there.")
  private MatrixFormat format = MatrixFormat.TEXT;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Keeps the result in this folder, in all formats.")
  private @Nullable Path report;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      arity = "0..1",
      defaultValue = "auto",
      fallbackValue = "always",
      description = "auto (default: on a terminal, unless NO_COLOR is set), always or never.")
  private Style.When color = Style.When.AUTO;

  @Spec private CommandSpec spec;

  private final Library library;
  private final Function<Engine, Campaign> campaigns;

  @SuppressWarnings("NullAway.Init")
  MatrixCommand(Library library, Function<Engine, Campaign> campaigns) {
    this.library = library;
    this.campaigns = campaigns;
  }

  @Override
  public Integer call() {
    Style style = Style.of(color, Terminal.onStandardOutput());
    MatrixRequest request = chosen.request(library, style.tables(), Optional.ofNullable(report));
    Optional<ReportFolder> folder = Optional.ofNullable(report).map(ReportFolder::open);
    Console console = Console.of(spec.commandLine());
    if (format == MatrixFormat.TEXT) {
      console.print(MatrixText.header(request, style));
    }
    try (Interrupt interrupt = Interrupt.watched()) {
      MatrixResult result =
          new Matrix(campaigns.apply(request.engine()))
              .run(request, new MatrixProgress(console, request.runs().size()), interrupt.stop());
      console.clearStatus();
      console.print(written(format, request, result, style));
      folder.ifPresent(f -> keep(f, request, result));
      if (interrupt.stop().given()) {
        return ExitCode.INTERRUPTED;
      }
      return result.outcome() == Outcome.AS_EXPECTED ? ExitCode.AS_EXPECTED : ExitCode.UNEXPECTED;
    }
  }

  private List<String> written(
      MatrixFormat format, MatrixRequest request, MatrixResult result, Style style) {
    return switch (format) {
      case TEXT -> new MatrixText(style, new RunLine(library)).of(request, result);
      case JSON -> List.of(Json.of(result));
      case JUNIT -> List.of(MatrixJUnit.of(result));
      case MARKDOWN -> MatrixMarkdown.of(request, result);
    };
  }

  private void keep(ReportFolder folder, MatrixRequest request, MatrixResult result) {
    Style plain = new Style(false);
    folder.write("result.json", written(MatrixFormat.JSON, request, result, plain));
    folder.write("summary.txt", written(MatrixFormat.TEXT, request, result, plain));
    folder.write("junit.xml", written(MatrixFormat.JUNIT, request, result, plain));
    folder.write("matrix.md", written(MatrixFormat.MARKDOWN, request, result, plain));
  }
}
