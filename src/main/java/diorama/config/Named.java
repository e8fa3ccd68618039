package diorama.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of one shape under names that the writer chooses.
 *
 * @param what what the names stand for, for messages
 */
public record Named(String what, Shape each) implements Shape {
  @Override
  public String allowed() {
    return "a section of " + what + ", each " + each.allowed();
  }

  @Override
  public @Nullable Map<String, Object> read(String path, ConfigValue value, Mistakes mistakes) {
    if (!(value instanceof ConfigObject object)) {
      mistakes.add(
          value.origin(), path, "found " + Found.describe(value) + "; allowed: " + allowed());
      return null;
    }
    Map<String, Object> read = new LinkedHashMap<>();
    for (String name : Section.inWrittenOrder(object)) {
      ConfigValue written = object.get(name);
      Object one = written == null ? null : each.read(Section.below(path, name), written, mistakes);
      if (one != null) {
        read.put(name, one);
      }
    }
    return read;
  }
}
