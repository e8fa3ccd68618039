package diorama.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version and the commit that the build wrote down. */
final class Version implements IVersionProvider {
  /** Absent when the sources were built outside a Git clone. */
  private static final String RESOURCE = "/diorama/version.properties";

  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    }
    return new String[] {describe(properties)};
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
