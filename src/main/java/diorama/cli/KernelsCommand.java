package diorama.cli;

import diorama.campaign.Json;
import diorama.config.Library;
import diorama.config.Profile;
import diorama.config.Profiles;
import diorama.config.Words;
import diorama.kernel.Fix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ./diorama kernels}: the profiles that there are. */
@Command(
    name = "kernels",
    mixinStandardHelpOptions = true,
    description =
        "Lists the kernels; with a NAME or a file tells which fixes one has, and how it differs"
            + " from its neighbours.")
final class KernelsCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A name or a file.")
  private @Nullable String name;

  @Mixin private OutputOptions output;

  private final Library library;

  @SuppressWarnings("NullAway.Init")
  KernelsCommand(Library library) {
    this.library = library;
  }

  /** A kernel as JSON has it. */
  record KernelJson(
      String name,
      String title,
      String story,
      String base,
      List<String> on,
      List<String> off,
      Map<String, Integer> sourceLines,
      List<String> sources) {}

  @Override
  public void run() {
    Profiles profiles = new Profiles(library);
    if (name == null) {
      list(profiles.all());
    } else {
      story(profiles.find(name), profiles.all());
    }
  }

  private static KernelJson json(Profile profile) {
    List<String> on = new ArrayList<>();
    List<String> off = new ArrayList<>();
    for (Fix fix : Fix.values()) {
      (profile.kernel().fixed(fix) ? on : off).add(fix.commit());
    }
    return new KernelJson(
        profile.name(),
        profile.title(),
        String.join(" ", Prose.wrap(profile.story(), Integer.MAX_VALUE, "")),
        profile.base().orElse(""),
        on,
        off,
        profile.kernel().sourceLines(),
        profile.sources());
  }

  private void list(List<Profile> all) {
    if (output.json()) {
      List<KernelJson> kernels = all.stream().map(KernelsCommand::json).toList();
      output.console().print(Json.of(Map.of("kernels", kernels)));
      return;
    }
    Table table = new Table();
    for (Profile profile : all) {
      table.row(profile.name(), profile.title(), "[" + String.join("; ", profile.sources()) + "]");
    }
    output.console().print(table.lines());
  }

  private void story(Profile profile, List<Profile> all) {
    if (output.json()) {
      output.console().print(Json.of(json(profile)));
      return;
    }
    Style style = output.style();
    List<String> lines = new ArrayList<>();
    lines.add(style.strong(profile.name()) + "  " + profile.title());
    if (!profile.story().isEmpty()) {
      lines.add("");
      lines.addAll(Prose.wrap(profile.story(), Terminal.width(), "  "));
    }
    lines.add("");
    Table fixes = new Table();
    for (Fix fix : Fix.values()) {
      boolean on = profile.kernel().fixed(fix);
      fixes.row("  " + (on ? "on " : "off"), fix.commit(), Words.of(fix), fix.release());
    }
    lines.addAll(fixes.lines());
    lines.add("");
    profile.base().ifPresent(base -> lines.add("  based on " + base));
    neighbours(profile, all).forEach(other -> lines.addAll(compared(profile, other)));
    profile
        .kernel()
        .sourceLines()
        .forEach((place, line) -> lines.add("  BUG() of " + place + " is line " + line));
    profile.sources().forEach(source -> lines.add("  source: " + source));
    output.console().print(lines);
  }

  /** The releases before and after a release; for any other kernel, its base. */
  private static List<Profile> neighbours(Profile profile, List<Profile> all) {
    List<Profile> releases = all.stream().filter(Profile::released).toList();
    for (int i = 0; i < releases.size(); i++) {
      if (releases.get(i).name().equals(profile.name())) {
        return Stream.concat(
                releases.subList(Math.max(0, i - 1), i).stream(),
                releases.subList(i + 1, Math.min(i + 2, releases.size())).stream())
            .toList();
      }
    }
    return all.stream().filter(other -> other.name().equals(profile.base().orElse(""))).toList();
  }

  private static List<String> compared(Profile profile, Profile other) {
    List<String> differences = new ArrayList<>();
    for (Fix fix : Fix.values()) {
      boolean here = profile.kernel().fixed(fix);
      if (here != other.kernel().fixed(fix)) {
        differences.add((here ? "+" : "-") + fix.commit() + " " + Words.of(fix));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("  against " + other.name() + (differences.isEmpty() ? ": the same fixes" : ":"));
    differences.forEach(difference -> lines.add("    " + difference));
    return lines;
  }
}
