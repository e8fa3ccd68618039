package diorama.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A section with the keys that it may have, in the order in which they are explained. */
public record Section(List<Key> keys) implements Shape {
  private static final Comparator<String> SHORTEST = Comparator.comparingInt(String::length);

  /** A section of these keys. */
  public static Section of(Key... keys) {
    return new Section(List.of(keys));
  }

  @Override
  public String allowed() {
    return "a section with " + String.join(", ", names());
  }

  @Override
  public @Nullable Values read(String path, ConfigValue value, Mistakes mistakes) {
    if (!(value instanceof ConfigObject object)) {
      mistakes.add(
          value.origin(), path, "found " + Found.describe(value) + "; allowed: " + allowed());
      return null;
    }
    Map<String, Object> read = new LinkedHashMap<>();
    Map<String, ConfigOrigin> origins = new LinkedHashMap<>();
    noteUnknown(path, object, mistakes);
    for (Key key : keys) {
      ConfigValue written = object.get(key.name());
      if (written == null) {
        written = fallback(key);
      } else {
        origins.put(key.name(), written.origin());
      }
      if (written != null) {
        Object result = key.shape().read(below(path, key.name()), written, mistakes);
        if (result != null) {
          read.put(key.name(), result);
        }
      } else if (key.required()) {
        mistakes.add(
            object.origin(), below(path, key.name()), "missing; allowed: " + key.shape().allowed());
      }
    }
    return new Values(path, object.origin(), read, origins);
  }

  private static @Nullable ConfigValue fallback(Key key) {
    return key.fallback() == null
        ? null
        : ConfigFactory.parseString("it = " + key.fallback()).root().get("it");
  }

  private void noteUnknown(String path, ConfigObject object, Mistakes mistakes) {
    for (String name : inWrittenOrder(object)) {
      if (find(name) == null) {
        ConfigValue value = object.get(name);
        mistakes.add(
            value == null ? object.origin() : value.origin(),
            below(path, name),
            "unknown key; " + hint(path, name));
      }
    }
  }

  /** What was probably meant: a key of this section, or one of that name in a section below. */
  String hint(String path, String name) {
    return Nearest.to(name, names())
        .or(() -> paths().stream().filter(p -> p.endsWith("." + name)).min(SHORTEST))
        .map(meant -> "did you mean " + (path.isEmpty() ? "" : path + ".") + meant + "?")
        .orElseGet(() -> "allowed: " + String.join(", ", names()));
  }

  /** The names in the order of their lines, because an object of the library has no order. */
  static List<String> inWrittenOrder(ConfigObject object) {
    List<String> names = new ArrayList<>(object.keySet());
    names.sort(
        Comparator.<String>comparingInt(n -> line(object.get(n)))
            .thenComparing(Comparator.naturalOrder()));
    return names;
  }

  private static int line(@Nullable ConfigValue value) {
    return value == null ? 0 : value.origin().lineNumber();
  }

  /** The key of that name, or null. */
  public @Nullable Key find(String name) {
    for (Key key : keys) {
      if (key.name().equals(name)) {
        return key;
      }
    }
    return null;
  }

  /** The names of all keys. */
  public List<String> names() {
    return keys.stream().map(Key::name).toList();
  }

  /** The full paths of all keys here and below. */
  public List<String> paths() {
    List<String> paths = new ArrayList<>();
    for (Key key : keys) {
      paths.add(key.name());
      if (key.shape() instanceof Section below) {
        below.paths().forEach(p -> paths.add(key.name() + "." + p));
      }
    }
    return paths;
  }

  static String below(String path, String name) {
    String quoted = ConfigUtil.joinPath(name);
    return path.isEmpty() ? quoted : path + "." + quoted;
  }
}
