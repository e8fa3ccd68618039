package diorama.config;

import com.typesafe.config.ConfigOrigin;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong in what a person wrote.
 *
 * @param where file and line, or the option of the command line; empty where the text says it
 * @param key the path of the key, empty where no key is meant
 * @param problem what was found and what is allowed
 */
public record Mistake(String where, String key, String problem) {
  static Mistake at(@Nullable ConfigOrigin origin, String key, String problem) {
    return new Mistake(place(origin), key, problem);
  }

  private static String place(@Nullable ConfigOrigin origin) {
    if (origin == null) {
      return "";
    }
    String file = origin.filename();
    if (file == null) {
      // Given on the command line, where the line number is always the first.
      return origin.withLineNumber(-1).description();
    }
    String path = shortened(Path.of(file));
    return origin.lineNumber() > 0 ? path + ":" + origin.lineNumber() : path;
  }

  /** The path as somebody in the working folder would write it. */
  static String shortened(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here.relativize(absolute).toString() : absolute.toString();
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    if (!where.isEmpty()) {
      line.append(where).append(": ");
    }
    if (!key.isEmpty() && !where.startsWith("--set " + key)) {
      line.append(key).append(": ");
    }
    return line.append(problem).toString();
  }
}
