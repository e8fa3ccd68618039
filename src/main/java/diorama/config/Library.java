package diorama.config;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files that come with Diorama, and those of the same kind in the working folder, by name. A
 * file of the working folder hides one of the same name that comes with Diorama.
 */
public final class Library {
  private static final String SUFFIX = ".conf";

  /** What the library has. */
  public enum Shelf {
    SCENARIOS("scenario", "scenarios"),
    KERNELS("kernel", "conf/kernels"),
    DEVICES("device", "conf/devices"),
    RACES("race", "conf/races");

    private final String noun;
    private final String folder;

    Shelf(String noun, String folder) {
      this.noun = noun;
      this.folder = folder;
    }

    /** One of them, in a word. */
    public String noun() {
      return noun;
    }
  }

  private final List<Path> roots;

  /** A library below these folders; the first that has a file wins. */
  public Library(List<Path> roots) {
    this.roots = roots.stream().map(Path::normalize).distinct().toList();
  }

  /** Below the working folder, and below the folder that the launcher stands in. */
  public static Library installed() {
    List<Path> roots = new ArrayList<>();
    roots.add(Path.of("").toAbsolutePath());
    String home = System.getProperty("diorama.home");
    if (home != null) {
      roots.add(Path.of(home).toAbsolutePath());
    }
    return new Library(roots);
  }

  /** All files on a shelf, by name, versions in the order of their numbers. */
  public Map<String, Path> all(Shelf shelf) {
    Map<String, Path> files = new TreeMap<>(BY_NAME_AND_NUMBER);
    for (Path root : roots) {
      Path folder = root.resolve(shelf.folder);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> children = Files.list(folder)) {
          children
              .filter(child -> child.toString().endsWith(SUFFIX))
              .forEach(child -> files.putIfAbsent(nameOf(child), child));
        } catch (IOException e) {
          throw new BadInput(Mistake.shortened(folder) + ": the folder cannot be read");
        }
      }
    }
    return files;
  }

  /** The file that somebody means who wrote a path or a name. */
  public Path find(Shelf shelf, String written) {
    Path asFile = path(shelf, written);
    if (Files.isRegularFile(asFile)) {
      return asFile;
    }
    Map<String, Path> all = all(shelf);
    Path named = all.get(written);
    if (named != null) {
      return named;
    }
    if (written.endsWith(SUFFIX) || written.indexOf(File.separatorChar) >= 0) {
      if (Files.exists(asFile)) {
        throw new BadInput(written + ": found a folder or a device; allowed: a file");
      }
      throw new BadInput(
          "there is no file "
              + written
              + Nearest.to(nameOf(asFile), all.keySet())
                  .map(name -> "; did you mean the " + shelf.noun + " " + name + "?")
                  .orElse(""));
    }
    throw new BadInput(
        "there is no "
            + shelf.noun
            + " named "
            + Found.quoted(written)
            + "; "
            + Nearest.hint(written, all.keySet()));
  }

  private static Path path(Shelf shelf, String written) {
    try {
      return Path.of(written);
    } catch (InvalidPathException e) {
      throw new BadInput("there is no " + shelf.noun + " " + Found.quoted(written));
    }
  }

  /** The name that a file goes by. */
  static String nameOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /** The order of names in which 2.6.6 comes before 2.6.20, and 4.14-rc before 4.14. */
  public static Comparator<String> byNameAndNumber() {
    return BY_NAME_AND_NUMBER;
  }

  private static final Comparator<String> BY_NAME_AND_NUMBER =
      Comparator.comparing(Library::withPaddedNumbers).thenComparing(Comparator.naturalOrder());

  private static String withPaddedNumbers(String written) {
    String name = (written + '!').replace("-rc", " rc");
    StringBuilder padded = new StringBuilder();
    int i = 0;
    while (i < name.length()) {
      int end = i;
      while (end < name.length() && Character.isDigit(name.charAt(end))) {
        end++;
      }
      if (end > i) {
        padded.append("0".repeat(Math.max(0, 10 - (end - i)))).append(name, i, end);
        i = end;
      } else {
        padded.append(name.charAt(i++));
      }
    }
    return padded.toString();
  }
}
