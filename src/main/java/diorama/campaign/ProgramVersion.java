package diorama.campaign;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version and the commit that the build wrote down. */
public final class ProgramVersion {
  /** Absent when the sources were built outside a Git clone. */
  private static final String RESOURCE = "/diorama/version.properties";

  private ProgramVersion() {}

  /** This program's, for example {@code diorama 0.1.0 (0123abc)}. */
  public static String current() {
    Properties properties = new Properties();
    try (InputStream in = ProgramVersion.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own version cannot be read", e);
    }
    return describe(properties);
  }

  static String describe(Properties properties) {
    String version = properties.getProperty("git.build.version", "(unknown version)");
    String commit = properties.getProperty("git.commit.id.abbrev", "");
    if (commit.isEmpty()) {
      return "diorama " + version;
    }
    boolean dirty = Boolean.parseBoolean(properties.getProperty("git.dirty"));
    return "diorama " + version + " (" + commit + (dirty ? ", modified" : "") + ")";
  }
}
