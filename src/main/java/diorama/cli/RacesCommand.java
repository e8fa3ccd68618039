package diorama.cli;

import diorama.campaign.Json;
import diorama.campaign.Race;
import diorama.campaign.RaceCatalogue;
import diorama.config.Library;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ./diorama races}: the documented races that this build can show. */
@Command(
    name = "races",
    mixinStandardHelpOptions = true,
    description = "Lists the documented races; with a NAME tells the whole story of one.")
final class RacesCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A race's name.")
  private @Nullable String name;

  @Mixin private OutputOptions output;

  private final Library library;

  @SuppressWarnings("NullAway.Init")
  RacesCommand(Library library) {
    this.library = library;
  }

  @Override
  public void run() {
    RaceCatalogue catalogue = RaceCatalogue.read(library);
    if (name != null) {
      Race race = catalogue.find(name);
      output.console().print(output.json() ? List.of(Json.of(race)) : story(race));
    } else if (output.json()) {
      output.console().print(Json.of(Map.of("races", catalogue.all())));
    } else {
      Table table = new Table();
      for (Race race : catalogue.all()) {
        table.row(race.name(), race.title(), "[" + String.join("; ", race.sources()) + "]");
      }
      output.console().print(table.lines());
    }
  }

  private List<String> story(Race race) {
    Style style = output.style();
    List<String> lines = new ArrayList<>();
    lines.add(style.strong(race.name()) + "  " + race.title());
    paragraph("How it comes about", race.story(), lines);
    race.variants().forEach((who, what) -> lines.addAll(item(who + ": " + what)));
    paragraph("What is seen", race.what(), lines);
    paragraph("Where", "", lines);
    race.where().forEach(where -> lines.addAll(item(where)));
    paragraph(
        "Since when",
        race.since()
            + (race.madeBy().isEmpty() ? "" : "; not there without " + and(race.madeBy()))
            + "; gone in "
            + race.until()
            + (race.fixedBy().isEmpty() ? "" : ", fixed by " + and(race.fixedBy())),
        lines);
    paragraph("What the fix left", race.left(), lines);
    paragraph("Sources", "", lines);
    race.sources().forEach(source -> lines.addAll(item(source)));
    paragraph("How certain this is", race.certainty(), lines);
    paragraph("How to see it", "", lines);
    lines.add("  " + race.shownBy());
    return lines;
  }

  private static String and(List<String> commits) {
    return String.join(" and ", commits);
  }

  private void paragraph(String title, String text, List<String> lines) {
    lines.add("");
    lines.add(output.style().strong(title));
    if (!text.isEmpty()) {
      lines.addAll(Prose.wrap(text, Terminal.width(), "  "));
    }
  }

  private static List<String> item(String text) {
    List<String> wrapped = new ArrayList<>(Prose.wrap(text, Terminal.width(), "    "));
    wrapped.set(0, "  - " + wrapped.get(0).strip());
    return wrapped;
  }
}
