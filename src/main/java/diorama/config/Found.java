package diorama.config;

import com.typesafe.config.ConfigValue;

/** Says what stands somewhere. */
final class Found {
  private static final int LONGEST = 60;

  private Found() {}

  static String describe(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "a section";
      case LIST -> "a list";
      case NULL -> "null";
      case NUMBER, BOOLEAN -> value.atKey("it").getString("it");
      case STRING -> quoted(String.valueOf(value.unwrapped()));
    };
  }

  static String quoted(String text) {
    return '"' + (text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text) + '"';
  }
}
