package diorama.cli;

import diorama.campaign.Json;
import diorama.campaign.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The folder of {@code --report}. Files in it are whole or not there. */
final class ReportFolder {
  private final Path folder;

  private ReportFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder and tries it, before anything runs. */
  static ReportFolder open(Path folder) {
    OutputFolder.make("--report", folder);
    return new ReportFolder(folder);
  }

  void write(RunResult result, List<String> summary) {
    write("result.json", List.of(Json.of(result)));
    write("summary.txt", summary);
  }

  void write(String name, List<String> lines) {
    write(name, String.join("\n", lines) + "\n");
  }

  private void write(String name, String content) {
    try {
      Path whole = Files.createTempFile(folder, ".diorama", null);
      try {
        Files.writeString(whole, content);
        Files.move(whole, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException e) {
      throw new OutputLost(
          "--report: " + folder.resolve(name) + " cannot be written: " + e.getMessage(), e);
    }
  }
}
