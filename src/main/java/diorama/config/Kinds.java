package diorama.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A section whose keys depend on what one of them says.
 *
 * @param selector the key that says which kind it is
 * @param fallback the kind when that key is not written
 * @param kinds the section of each kind, without the selector; in the order of explanation
 */
public record Kinds(String selector, String fallback, Map<String, Section> kinds) implements Shape {
  @Override
  public String allowed() {
    return "a section with " + selector + " = " + choice().allowed();
  }

  private Scalar.Choice choice() {
    return new Scalar.Choice(kinds.keySet().stream().toList());
  }

  @Override
  public @Nullable Object read(String path, ConfigValue value, Mistakes mistakes) {
    String kind = fallback;
    if (value instanceof ConfigObject object) {
      ConfigValue said = object.get(selector);
      if (said != null) {
        Object read = choice().read(Section.below(path, selector), said, mistakes);
        if (read == null) {
          return null;
        }
        kind = (String) read;
      }
    }
    return withSelector(kind).read(path, value, mistakes);
  }

  /** All keys of one kind. */
  Section withSelector(String kind) {
    Section section = kinds.get(kind);
    if (section == null) {
      throw new IllegalArgumentException(kind);
    }
    var keys = new java.util.ArrayList<Key>();
    keys.add(Key.of(selector, choice(), kind, "which kind of section this is"));
    keys.addAll(section.keys());
    return new Section(keys);
  }
}
