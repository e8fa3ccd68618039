package diorama.process.script;

import diorama.process.BadOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word of a script's text.
 *
 * @param text as written, a string without its quotes
 * @param line counted from 1
 */
record Token(Type type, String text, int line) {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<word>[A-Za-z_]\\w*)|(?<number>-?\\d\\w*)|\"(?<string>(?:[^\"\\\\\n]|\\\\.)*)\""
              + "|(?<mark>[=(),;:|+\\[\\]])|\\s+|//[^\n]*");

  /** What kind of word. */
  enum Type {
    WORD,
    NUMBER,
    STRING,
    MARK,
    END
  }

  /** The words of a text and an END behind them; spaces and {@code //} comments are left out. */
  static List<Token> of(String text) {
    List<Token> tokens = new ArrayList<>();
    Matcher m = TOKEN.matcher(text);
    int line = 1;
    int at = 0;
    while (at < text.length()) {
      if (!m.find(at) || m.start() != at) {
        throw new BadOption(
            "script",
            "line %d: found %s; allowed: calls such as pwrite(fd, 4096, 0);"
                .formatted(line, text.substring(at).lines().findFirst().orElse("")));
      }
      for (Type type : Type.values()) {
        String found = type == Type.END ? null : m.group(type.name().toLowerCase(Locale.ROOT));
        if (found != null) {
          tokens.add(new Token(type, found, line));
        }
      }
      line += (int) m.group().chars().filter(c -> c == '\n').count();
      at = m.end();
    }
    tokens.add(new Token(Type.END, "", line));
    return tokens;
  }

  boolean is(String mark) {
    return type != Type.STRING && text.equals(mark);
  }

  @Override
  public String toString() {
    return type == Type.END ? "the end" : type == Type.STRING ? '"' + text + '"' : text;
  }
}
