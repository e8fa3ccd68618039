package diorama.campaign;

import diorama.config.Overrides;
import diorama.config.ProjectFiles;
import diorama.config.ScenarioFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Scenarios of a test's own: the small one, made smaller still, that expects something else. */
final class ScenarioFolder {
  private static final String SMALL =
      """
      title = "four pages a write"
      races = [eiocbqueued-clobber, releasepage-vs-kjournald]
      kernels = [linux-2.6.20, linux-2.6.21]
      for = %s
      machines = 2
      device = disk-2007-cached
      tasks { t { program = aio-dio-invalidate-failure, size = 16KiB } }
      settings { engine.seeded.preemption.every = 50 }
      expect {
      %s
      }
      """;

  private final Path folder;

  ScenarioFolder(Path folder) {
    this.folder = folder;
  }

  /** A scenario of this name that runs for 5 s and expects so, a line for each violation. */
  ScenarioFile scenario(String name, String... expect) {
    return lasting("5s", name, expect);
  }

  /** The same with another time. */
  ScenarioFile lasting(String time, String name, String... expect) {
    try {
      Path file =
          Files.writeString(
              folder.resolve(name + ".conf"), SMALL.formatted(time, String.join("\n", expect)));
      return ScenarioFile.read(
          file,
          Overrides.NONE,
          ProjectFiles.library(),
          RaceCatalogue.read(ProjectFiles.library()).names());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
