package diorama.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What comes with Diorama, for tests. */
public final class ProjectFiles {
  /** Names that a scenario may expect something of. */
  public static final Set<String> KNOWN =
      Set.of(
          "double-aio-complete",
          "io-error-event",
          "eiocbqueued-clobber",
          "releasepage-vs-kjournald",
          "oops",
          "panic",
          "soft-lockup",
          "hung-task",
          "not-at-rest");

  private ProjectFiles() {}

  /** The folder of the project. */
  public static Path home() {
    return Path.of(System.getProperty("diorama.home", "."));
  }

  /** The files that come with Diorama, and nothing else. */
  public static Library library() {
    return new Library(List.of(home()));
  }

  /** A scenario that comes with Diorama. */
  public static ScenarioFile scenario(String name, String... set) {
    return ScenarioFile.read(
        library().find(Library.Shelf.SCENARIOS, name),
        Overrides.parse(List.of(set)),
        library(),
        KNOWN);
  }
}
