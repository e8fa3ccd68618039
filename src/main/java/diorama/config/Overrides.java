package diorama.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Values from the command line, {@code --set path=value}, that are laid over those of files. They
 * go through the same check as if they had been written in the file.
 */
public final class Overrides {
  /** No value from the command line. */
  public static final Overrides NONE = new Overrides(List.of());

  private record One(String text, List<String> path, ConfigValue value) {}

  private final List<One> all;

  private Overrides(List<One> all) {
    this.all = all;
  }

  /** From what was written behind each {@code --set}. */
  public static Overrides parse(List<String> written) {
    Mistakes mistakes = new Mistakes();
    List<One> all = new ArrayList<>();
    for (String text : written) {
      One one = mistakes.attempt(() -> parse(text));
      if (one != null) {
        all.add(one);
      }
    }
    mistakes.check();
    return new Overrides(all);
  }

  private static One parse(String text) {
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw new BadInput("--set " + text + ": allowed: path=value, for example time.scale=1");
    }
    List<String> path;
    try {
      path = ConfigUtil.splitPath(text.substring(0, equals).strip());
    } catch (ConfigException e) {
      throw new BadInput("--set " + text + ": the path before = cannot be read");
    }
    return new One(text, path, value("--set " + text, text.substring(equals + 1)));
  }

  /** HOCON where it is HOCON, else the plain words: a shell has taken the quotes away already. */
  private static ConfigValue value(String origin, String written) {
    try {
      ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription(origin);
      return ConfigFactory.parseString("it = " + written, options).resolve().getValue("it");
    } catch (ConfigException e) {
      return ConfigValueFactory.fromAnyRef(written, origin);
    }
  }

  /** Those whose path begins with a key of the section. */
  Overrides of(Section section) {
    return new Overrides(
        all.stream().filter(one -> section.find(one.path().get(0)) != null).toList());
  }

  /** Those whose path is that of a key of a section below a name, for example kernel.base. */
  public Overrides below(String name, Section section) {
    return new Overrides(all.stream().filter(one -> isBelow(one, name, section)).toList());
  }

  /** All but those. */
  public Overrides withoutBelow(String name, Section section) {
    return new Overrides(all.stream().filter(one -> !isBelow(one, name, section)).toList());
  }

  private static boolean isBelow(One one, String name, Section section) {
    return one.path().size() > 1
        && one.path().get(0).equals(name)
        && section.find(one.path().get(1)) != null;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** Complains of those that begin with a key of none of the sections. */
  void noteUnknown(Mistakes mistakes, List<Section> sections) {
    List<Key> keys = new ArrayList<>();
    sections.forEach(s -> keys.addAll(s.keys()));
    Section either = new Section(keys);
    for (One one : all) {
      String first = one.path().get(0);
      if (either.find(first) == null) {
        mistakes.add(
            one.value().origin(),
            ConfigUtil.joinPath(one.path()),
            "unknown key; " + hint(one.path(), either));
      }
    }
  }

  private static String hint(List<String> path, Section section) {
    return Nearest.to(ConfigUtil.joinPath(path), section.paths())
        .map(meant -> "did you mean " + meant + "?")
        .orElseGet(() -> section.hint("", path.get(0)));
  }

  Config over(Config below) {
    Config result = below;
    for (One one : all) {
      result = result.withValue(ConfigUtil.joinPath(one.path()), one.value());
    }
    return result;
  }

  /** As they were written, for the command that repeats a run. */
  public List<String> written() {
    return all.stream().map(One::text).toList();
  }
}
