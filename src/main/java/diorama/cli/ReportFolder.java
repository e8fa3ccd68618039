package diorama.cli;

import diorama.campaign.Json;
import diorama.campaign.RunResult;
import diorama.config.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    try {
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, ".diorama", null);
      Files.delete(probe);
      return new ReportFolder(folder);
    } catch (IOException e) {
      throw new BadInput("--report " + folder + ": nothing can be written there: " + reason(e));
    }
  }

  private static String reason(IOException e) {
    String name = e.getClass().getSimpleName();
    return switch (name) {
      case "AccessDeniedException" -> "access is denied";
      case "FileAlreadyExistsException" -> "there is a file of that name";
      default -> String.valueOf(e.getMessage());
    };
  }

  void write(RunResult result, List<String> summary) {
    write("result.json", Json.of(result) + "\n");
    write("summary.txt", String.join("\n", summary) + "\n");
  }

  private void write(String name, String content) {
    try {
      Path whole = Files.createTempFile(folder, ".diorama", null);
      Files.writeString(whole, content);
      Files.move(whole, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
    }
  }
}
