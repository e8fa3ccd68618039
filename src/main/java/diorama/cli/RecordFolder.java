package diorama.cli;

import diorama.campaign.RunRequest;
import diorama.campaign.Traces;
import diorama.config.BadInput;
import diorama.config.Profile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of {@code --record}. */
final class RecordFolder {
  private RecordFolder() {}

  /**
   * Makes the folder and tries it, before anything runs. Refuses one that has traces which the run
   * would overwrite: they may be the only ones of something rare.
   */
  static void open(Path folder, RunRequest request) {
    OutputFolder.make("--record", folder);
    for (Profile profile : request.kernels()) {
      String prefix = Traces.prefix(request, profile);
      DirectoryStream.Filter<Path> ours =
          file -> String.valueOf(file.getFileName()).startsWith(prefix);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ours)) {
        for (Path file : files) {
          throw new BadInput(
              "--record %s: there is %s of an earlier run; allowed: a folder without such traces"
                  .formatted(folder, file.getFileName()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + folder, e);
      }
    }
  }
}
