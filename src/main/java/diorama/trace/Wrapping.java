package diorama.trace;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines that fit. */
final class Wrapping {
  private Wrapping() {}

  /**
   * Lines of at most this width, broken at spaces, or inside a word, before a bracket or after an
   * underscore, where it has to be; lines after the first are indented.
   */
  static List<String> wrap(String text, int width, int indent) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int at = breakBefore(rest, width);
      lines.add(rest.substring(0, at).stripTrailing());
      rest = " ".repeat(indent) + rest.substring(at).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  private static int breakBefore(String text, int width) {
    int space = text.lastIndexOf(' ', width);
    if (space > 0 && !text.substring(0, space).isBlank()) {
      return space;
    }
    int bracket = text.lastIndexOf('(', width);
    if (bracket > 1) {
      return bracket;
    }
    int underscore = text.lastIndexOf('_', width - 1);
    return underscore > 1 ? underscore + 1 : width;
  }
}
