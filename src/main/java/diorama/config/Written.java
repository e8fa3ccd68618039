package diorama.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.List;

/**
 * Writes HOCON that reads as what it was written from. Keys come in the order in which they were
 * read, because the order of a scenario's tasks matters; the library would sort them.
 */
public final class Written {
  private Written() {}

  /** A section as text, a line for each value. */
  public static String of(Config section) {
    StringBuilder text = new StringBuilder();
    append(text, "", section.root());
    return text.toString();
  }

  private static void append(StringBuilder text, String indent, ConfigObject object) {
    for (String name : Section.inWrittenOrder(object)) {
      ConfigValue value = object.get(name);
      text.append(indent).append(ConfigUtil.joinPath(List.of(name)));
      if (value instanceof ConfigObject below) {
        text.append(" {\n");
        append(text, indent + "  ", below);
        text.append(indent).append("}\n");
      } else if (value != null) {
        text.append(" = ").append(value.render(ConfigRenderOptions.concise())).append('\n');
      }
    }
  }
}
