package diorama.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads a HOCON file; what cannot be read is {@link BadInput}. */
public final class SourceFile {
  private SourceFile() {}

  /**
   * The values of a file that may say what the section says; {@link BadInput} for anything else.
   */
  public static Values read(Path file, Section schema) {
    Config config = parse(file);
    Mistakes mistakes = new Mistakes();
    return mistakes.checked(schema.read("", config.root(), mistakes));
  }

  static Config parse(Path file) {
    String name = Mistake.shortened(file);
    if (!Files.exists(file)) {
      throw new BadInput(name + ": there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new BadInput(name + ": found a folder or a device; allowed: a file");
    }
    if (!Files.isReadable(file)) {
      throw new BadInput(name + ": the file may not be read");
    }
    try {
      ConfigParseOptions options =
          ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false);
      return ConfigFactory.parseFile(file.toFile(), options)
          .resolve(ConfigResolveOptions.noSystem());
    } catch (ConfigException e) {
      throw broken(e, name);
    } catch (StackOverflowError e) {
      throw new BadInput(name + ": sections are nested too deeply");
    }
  }

  static BadInput broken(ConfigException e, String name) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    ConfigOrigin origin = e.origin();
    if (origin == null) {
      return new BadInput(name + ": syntax error: " + message);
    }
    String place = origin.description() + ": ";
    String said = message.startsWith(place) ? message.substring(place.length()) : message;
    return new BadInput(List.of(Mistake.at(origin, "", "syntax error: " + said)));
  }
}
