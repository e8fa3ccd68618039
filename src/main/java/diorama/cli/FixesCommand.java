package diorama.cli;

import diorama.campaign.Json;
import diorama.config.FixNames;
import diorama.config.Library;
import diorama.config.Profile;
import diorama.config.Profiles;
import diorama.config.Words;
import diorama.kernel.Fix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ./diorama fixes}: what a profile can switch on and off. */
@Command(
    name = "fixes",
    mixinStandardHelpOptions = true,
    description = "Lists the fixes that a kernel may have; with a NAME tells all about one.")
final class FixesCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The commit, or the name.")
  private @Nullable String name;

  @Mixin private OutputOptions output;

  private final Library library;

  @SuppressWarnings("NullAway.Init")
  FixesCommand(Library library) {
    this.library = library;
  }

  /** A fix as JSON has it. */
  record FixJson(
      String name,
      String commit,
      String title,
      int year,
      String firstRelease,
      String changes,
      String source,
      List<String> kernels) {}

  @Override
  public void run() {
    List<Profile> kernels = new Profiles(library).all();
    if (name == null) {
      list(kernels);
    } else {
      Fix fix = FixNames.get(name);
      story(fix, json(fix, kernels));
    }
  }

  private static FixJson json(Fix fix, List<Profile> kernels) {
    return new FixJson(
        Words.of(fix),
        fix.commit(),
        fix.title(),
        fix.year(),
        fix.firstRelease(),
        fix.changes(),
        fix.source(),
        kernels.stream().filter(k -> k.kernel().fixed(fix)).map(Profile::name).toList());
  }

  private void list(List<Profile> kernels) {
    if (output.json()) {
      List<FixJson> all = Arrays.stream(Fix.values()).map(f -> json(f, kernels)).toList();
      output.console().print(Json.of(Map.of("fixes", all)));
      return;
    }
    Table table = new Table();
    for (Fix fix : Fix.values()) {
      table.row(fix.commit(), Words.of(fix), fix.firstRelease(), fix.title());
    }
    output.console().print(table.lines());
  }

  private void story(Fix fix, FixJson json) {
    if (output.json()) {
      output.console().print(Json.of(json));
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(output.style().strong(json.name()) + "  " + fix.commit());
    lines.add("  " + fix.title() + " (" + fix.year() + ", " + fix.release() + ")");
    lines.add("");
    lines.addAll(Prose.wrap(fix.changes(), Terminal.width(), "  "));
    lines.add("");
    lines.add("  on in   " + (json.kernels().isEmpty() ? "-" : String.join(", ", json.kernels())));
    lines.add("  source  " + fix.source());
    output.console().print(lines);
  }
}
