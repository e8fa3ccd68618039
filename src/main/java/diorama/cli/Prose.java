package diorama.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sentences and numbers as people like to read them. */
final class Prose {
  private Prose() {}

  /** Lines no longer than the width. What stood on several lines flows together. */
  static List<String> wrap(String text, int width, String indent) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(indent);
    for (String word : text.strip().split("\\s+")) {
      boolean empty = line.length() == indent.length();
      if (!empty && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** 1234567 as 1,234,567. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A count with its noun, in the plural unless it is one. */
  static String count(long number, String noun) {
    return count(number) + " " + (number == 1 ? noun : plural(noun));
  }

  private static String plural(String noun) {
    if (noun.endsWith("y")) {
      return noun.substring(0, noun.length() - 1) + "ies";
    }
    return noun + (noun.endsWith("ch") ? "es" : "s");
  }

  /** A rate with two digits: 0.02 or 2.5e-6. */
  static String rate(double rate) {
    if (rate == 0 || rate == 1) {
      return rate == 0 ? "0" : "1";
    }
    if (rate >= 0.001) {
      return String.format(Locale.ROOT, "%.2g", rate);
    }
    return String.format(Locale.ROOT, "%.1e", rate).replaceAll("e-0*", "e-");
  }

  /** Seconds with one digit, more for less. */
  static String seconds(double seconds) {
    return String.format(Locale.ROOT, seconds < 1 ? "%.3f s" : "%.1f s", seconds);
  }
}
