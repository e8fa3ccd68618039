package diorama.process;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of a program as text, read key by key in fio's notation.
 *
 * <p>Sizes are bytes with k, m, g, t or p for powers of 1024; as in fio, {@code ki} and its like
 * are the powers of 1000. Times take us, ms, s, m, h or d. Every accessor names the key in what it
 * throws; {@link #finish} throws for keys that nobody read.
 */
public final class Options {
  private static final Pattern SIZE =
      Pattern.compile("(0x[0-9a-f]+|[0-9]+)(?:([kmgtp])(i?))?b?", Pattern.CASE_INSENSITIVE);
  private static final Pattern TIME =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(us|usec|ms|msec|s|sec|m|h|d)?");

  private final Map<String, String> values;
  private final List<String> known = new ArrayList<>();

  /** The options as given. */
  public Options(Map<String, String> values) {
    this.values = new LinkedHashMap<>(values);
  }

  private @Nullable String value(String key) {
    known.add(key);
    String value = values.get(key);
    return value == null ? null : value.strip();
  }

  /** The first of several spellings of a key that is given, or null. */
  private @Nullable String given(String key, String... aliases) {
    String found = value(key);
    for (String alias : aliases) {
      String other = value(alias);
      found = found == null ? other : found;
    }
    return found;
  }

  /** Text. */
  public String text(String key, String otherwise) {
    String value = value(key);
    if (value != null && value.isEmpty()) {
      throw new BadOption(key, "must not be empty");
    }
    return value == null ? otherwise : value;
  }

  /** One of some words. */
  public <T> T word(String key, Map<String, T> words, T otherwise, String... aliases) {
    String value = given(key, aliases);
    if (value == null) {
      return otherwise;
    }
    T meaning = words.get(value.toLowerCase(Locale.ROOT));
    if (meaning == null) {
      throw new BadOption(
          key,
          "'%s' is not one of %s%s"
              .formatted(
                  value,
                  String.join(", ", words.keySet()),
                  NearestName.hint(value, words.keySet())));
    }
    return meaning;
  }

  /** A whole number in a range. */
  public int number(String key, int otherwise, int least, int most, String... aliases) {
    String value = given(key, aliases);
    if (value == null) {
      return otherwise;
    }
    long number = parseSize(key, value);
    if (number < least || number > most) {
      throw new BadOption(key, "%s is not from %d to %d".formatted(value, least, most));
    }
    return (int) number;
  }

  /** Bytes. */
  public long size(String key, long otherwise, String... aliases) {
    String value = given(key, aliases);
    return value == null ? otherwise : parseSize(key, value);
  }

  private static long parseSize(String key, String value) {
    Matcher m = SIZE.matcher(value);
    if (!m.matches()) {
      throw new BadOption(key, "'%s' is not a number such as 4096, 4k or 32m".formatted(value));
    }
    try {
      long size = decode(m.group(1));
      if (m.group(2) != null) {
        int power = "kmgtp".indexOf(m.group(2).toLowerCase(Locale.ROOT)) + 1;
        for (int i = 0; i < power; i++) {
          size = Math.multiplyExact(size, m.group(3).isEmpty() ? 1024 : 1000);
        }
      }
      return size;
    } catch (ArithmeticException | NumberFormatException e) {
      throw new BadOption(key, value + " is too large");
    }
  }

  private static long decode(String digits) {
    boolean hex = digits.startsWith("0x") || digits.startsWith("0X");
    return hex ? Long.parseLong(digits.substring(2), 16) : Long.parseLong(digits);
  }

  /** A switch: 0, 1, or the bare key. */
  public boolean flag(String key, boolean otherwise) {
    String value = value(key);
    if (value == null) {
      return otherwise;
    }
    return switch (value) {
      case "", "1", "true" -> true;
      case "0", "false" -> false;
      default -> throw new BadOption(key, "'%s' is not 0 or 1".formatted(value));
    };
  }

  /**
   * A time.
   *
   * @param unit what a number without a unit means
   */
  public Duration time(String key, String unit, Duration otherwise, String... aliases) {
    String value = given(key, aliases);
    if (value == null) {
      return otherwise;
    }
    Matcher m = TIME.matcher(value.toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw new BadOption(key, "'%s' is not a time such as 30s or 500ms".formatted(value));
    }
    long nanos = unitNanos(m.group(2) == null ? unit : m.group(2));
    try {
      return Duration.ofNanos(
          new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(nanos)).longValueExact());
    } catch (ArithmeticException e) {
      throw new BadOption(key, value + " is too long, or finer than a nanosecond");
    }
  }

  private static long unitNanos(String unit) {
    return switch (unit) {
      case "us", "usec" -> 1_000;
      case "ms", "msec" -> 1_000_000;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      case "d" -> 86_400_000_000_000L;
      default -> 1_000_000_000;
    };
  }

  /** What the options make, when every key that is given was read. */
  public <T> T finish(Function<Options, T> make) {
    T made = make.apply(this);
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw new BadOption(key, "no such option" + NearestName.hint(key, known));
      }
    }
    return made;
  }
}
