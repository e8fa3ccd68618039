package diorama.process.script;

import diorama.kernel.sched.Signals;
import diorama.process.BadOption;
import diorama.process.NearestName;
import diorama.process.OpenFlag;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the words of a script's text one after the other, each as what it has to be. */
final class Arguments {
  private static final Pattern NUMBER = Pattern.compile("(-?\\d+)([kmg]?)");
  private static final Pattern TIME = Pattern.compile("(\\d+)(ns|us|ms|s)");
  private static final BigInteger LONGEST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int PAGE = 4096;

  private final List<Token> tokens;
  private int at;

  Arguments(String text) {
    this.tokens = Token.of(text);
  }

  Token peek() {
    return tokens.get(at);
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  /** The word behind the next one. */
  Token second() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  static BadOption complaint(int line, String problem) {
    return new BadOption("script", "line " + line + ": " + problem);
  }

  static BadOption found(Token token, String allowed) {
    return complaint(token.line(), "found " + token + "; allowed: " + allowed);
  }

  void expect(String mark) {
    Token token = next();
    if (!token.is(mark)) {
      throw found(token, mark);
    }
  }

  /** Goes over a mark if it is there. */
  boolean skip(String mark) {
    boolean there = peek().is(mark);
    if (there) {
      next();
    }
    return there;
  }

  Token word(String allowed) {
    Token token = next();
    if (token.type() != Token.Type.WORD) {
      throw found(token, allowed);
    }
    return token;
  }

  String string(String allowed) {
    Token token = next();
    if (token.type() != Token.Type.STRING) {
      throw found(token, allowed);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < token.text().length(); i++) {
      char c = token.text().charAt(i);
      if (c == '\\') {
        c = token.text().charAt(++i);
        c = c == 'n' ? '\n' : c;
      }
      text.append(c);
    }
    return text.toString();
  }

  /** A number, which may end in k, m or g. */
  long number(long least, long most) {
    Token token = next();
    Matcher m = NUMBER.matcher(token.text());
    if (token.type() == Token.Type.NUMBER && m.matches()) {
      BigInteger value = new BigInteger(m.group(1)).shiftLeft(10 * " kmg".indexOf(m.group(2)));
      if (value.compareTo(BigInteger.valueOf(least)) >= 0
          && value.compareTo(BigInteger.valueOf(most)) <= 0) {
        return value.longValueExact();
      }
    }
    throw found(token, "a number from " + least + " to " + most);
  }

  /** A number from the least on that fits in an int. */
  int whole(int least) {
    return (int) number(least, Integer.MAX_VALUE);
  }

  /** Any int, because programs pass what the kernel refuses. */
  int any() {
    return whole(Integer.MIN_VALUE);
  }

  Duration time() {
    Token token = next();
    Matcher m = TIME.matcher(token.text());
    if (token.type() == Token.Type.NUMBER && m.matches()) {
      long unit =
          switch (m.group(2)) {
            case "ns" -> 1;
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            default -> 1_000_000_000;
          };
      BigInteger nanos = new BigInteger(m.group(1)).multiply(BigInteger.valueOf(unit));
      if (nanos.compareTo(LONGEST) <= 0) {
        return Duration.ofNanos(nanos.longValueExact());
      }
    }
    throw found(token, "a time in ns, us, ms or s, such as 10ms");
  }

  int signal() {
    if (peek().type() == Token.Type.NUMBER) {
      return any();
    }
    Token token = next();
    List<String> names = new ArrayList<>();
    for (int number = 1; number < 64; number++) {
      String name = Signals.name(number);
      if (token.is(name)) {
        return number;
      }
      if (name.startsWith("SIG")) {
        names.add(name);
      }
    }
    throw found(token, String.join(", ", names) + " or a number");
  }

  /** {@code O_RDWR | O_DIRECT}. */
  List<OpenFlag> flags() {
    List<OpenFlag> flags = new ArrayList<>();
    do {
      flags.add(flag(next()));
    } while (skip("|"));
    return flags;
  }

  private static OpenFlag flag(Token token) {
    List<String> names = Arrays.stream(OpenFlag.values()).map(OpenFlag::name).toList();
    if (!names.contains(token.text())) {
      throw found(token, String.join(", ", names) + NearestName.hint(token.text(), names));
    }
    return OpenFlag.valueOf(token.text());
  }

  /** {@code map1 + 64k}. */
  Place place() {
    Ref map = new Ref(Ref.Kind.MAP, word("the name of what mmap returned").text());
    return new Place(map, skip("+") ? number(0, Long.MAX_VALUE) : 0);
  }

  /**
   * {@code zeros + 512}, {@code buf[4k]} or {@code map1 + 64k} and the comma behind it, if that
   * stands here.
   */
  UserBuffer buffer(boolean writes) {
    if (peek().type() != Token.Type.WORD) {
      return UserBuffer.ALIGNED;
    }
    Token memory = peek();
    if (writes && !memory.is("buf") && !memory.is("zeros")) {
      UserBuffer mapped = UserBuffer.at(place());
      expect(",");
      return mapped;
    }
    next();
    if (!memory.is("buf") && !writes) {
      throw found(memory, "a length or buf");
    }
    long accessible = UserBuffer.ALL;
    if (writes && skip("[")) {
      accessible = number(0, Integer.MAX_VALUE);
      expect("]");
    }
    int pageOffset = skip("+") ? (int) number(0, PAGE - 1) : 0;
    expect(",");
    return new UserBuffer(pageOffset, memory.is("zeros"), accessible);
  }
}
