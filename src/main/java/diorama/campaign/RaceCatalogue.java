package diorama.campaign;

import diorama.check.KernelReport;
import diorama.config.BadInput;
import diorama.config.Key;
import diorama.config.Library;
import diorama.config.ListOf;
import diorama.config.Named;
import diorama.config.Nearest;
import diorama.config.Scalar;
import diorama.config.Section;
import diorama.config.SourceFile;
import diorama.config.Values;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.trace.FixInfo;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The documented races that this build can show, and the violations that they cause. */
public final class RaceCatalogue {
  private static final ListOf LINES = new ListOf(Scalar.Text.ANY);

  private static final Section SCHEMA =
      Section.of(
          Key.required("title", Scalar.Text.ANY, "what happens, in one line"),
          Key.required("violations", LINES, "what it causes"),
          Key.required("story", Scalar.Text.ANY, "how it comes about"),
          Key.required("what", Scalar.Text.ANY, "what a user sees"),
          Key.required("where", LINES, "the functions that take part"),
          Key.required("since", Scalar.Text.ANY, "the first kernel that has it"),
          Key.required("until", Scalar.Text.ANY, "the first kernel that has it no more"),
          Key.optional("made-by", LINES, "commits without which it is not there"),
          Key.required("fixed-by", LINES, "commits"),
          Key.required("left", Scalar.Text.ANY, "what the fix did not remove"),
          Key.optional("variants", new Named("names", Scalar.Text.ANY), "its variants"),
          Key.required("sources", LINES, "where it is documented"),
          Key.required("certainty", Scalar.Text.ANY, "what is documented and what inferred"),
          Key.required("shown-by", Scalar.Text.ANY, "the command that shows it"));

  private final Map<String, Race> races;

  private RaceCatalogue(Map<String, Race> races) {
    this.races = races;
  }

  /** All races of the library, by name. */
  public static RaceCatalogue read(Library library) {
    Map<String, Race> races = new LinkedHashMap<>();
    library
        .all(Library.Shelf.RACES)
        .forEach((name, file) -> races.put(name, race(name, SourceFile.read(file, SCHEMA))));
    return new RaceCatalogue(races);
  }

  private static Race race(String name, Values v) {
    return new Race(
        name,
        v.text("title"),
        v.texts("violations"),
        v.text("story"),
        v.text("what"),
        v.texts("where"),
        v.text("since"),
        v.text("until"),
        v.texts("made-by"),
        v.texts("fixed-by"),
        v.text("left"),
        v.named("variants", String.class),
        v.texts("sources"),
        v.text("certainty"),
        v.text("shown-by"));
  }

  /** All races, in the order of their names. */
  public Collection<Race> all() {
    return races.values();
  }

  /** The race of that name. */
  public Race find(String name) {
    Race race = races.get(name);
    if (race == null) {
      throw new BadInput(
          "there is no race named \"" + name + "\"; " + Nearest.hint(name, races.keySet()));
    }
    return race;
  }

  /** The fixes of a race that a kernel lacks; none of a race that the catalogue does not have. */
  public List<FixInfo> missing(String race, KernelProfile kernel) {
    return races.values().stream()
        .filter(r -> r.name().equals(race))
        .flatMap(r -> r.fixedBy().stream())
        .flatMap(commit -> Arrays.stream(Fix.values()).filter(f -> f.commit().equals(commit)))
        .filter(fix -> !kernel.fixed(fix))
        .map(f -> new FixInfo(f.commit(), f.title(), f.firstRelease(), f.changes(), f.source()))
        .toList();
  }

  /**
   * Every name that a scenario may expect something of: races and their variants, violations, the
   * kernel's reports.
   */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(races.keySet());
    for (Race race : races.values()) {
      names.addAll(race.violations());
      race.variants()
          .keySet()
          .forEach(variant -> names.add(RaceName.variant(race.name(), variant)));
    }
    names.add(Tally.NOT_AT_REST);
    for (KernelReport.Kind kind : KernelReport.Kind.values()) {
      names.add(kind.violationId());
    }
    return names;
  }
}
