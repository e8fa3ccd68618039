package diorama.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list of values of one shape. */
public record ListOf(Shape item) implements Shape {
  @Override
  public String allowed() {
    return "a list in [ ], each " + item.allowed();
  }

  @Override
  public @Nullable List<Object> read(String path, ConfigValue value, Mistakes mistakes) {
    if (!(value instanceof ConfigList list)) {
      mistakes.add(
          value.origin(), path, "found " + Found.describe(value) + "; allowed: " + allowed());
      return null;
    }
    List<Object> read = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Object one = item.read(path + "[" + i + "]", list.get(i), mistakes);
      if (one != null) {
        read.add(one);
      }
    }
    return read;
  }
}
