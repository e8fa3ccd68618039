package diorama.cli;

import diorama.config.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that options name for what is to be written. */
final class OutputFolder {
  private OutputFolder() {}

  /** Makes the folder and tries it, before anything runs. */
  static void make(String option, Path folder) {
    try {
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, ".diorama", null);
      Files.delete(probe);
    } catch (IOException e) {
      throw new BadInput(option + " " + folder + ": nothing can be written there: " + reason(e));
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
}
