package diorama.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A single value: a number, a size, a time, a word. */
public sealed interface Scalar extends Shape {
  /** The value that the text means, if it means one that is allowed. */
  Optional<? extends Object> parse(String text);

  @Override
  default @Nullable Object read(String path, ConfigValue value, Mistakes mistakes) {
    ConfigValueType type = value.valueType();
    if (type != ConfigValueType.OBJECT
        && type != ConfigValueType.LIST
        && type != ConfigValueType.NULL) {
      Optional<? extends Object> parsed = parse(written(value));
      if (parsed.isPresent()) {
        return parsed.get();
      }
    }
    mistakes.add(
        value.origin(),
        path,
        "found " + Found.describe(value) + "; allowed: " + allowed() + hint(value));
    return null;
  }

  /** What was probably meant, to be put behind what is allowed. */
  default String hint(ConfigValue value) {
    return "";
  }

  private static String written(ConfigValue value) {
    // As it stands in the file: the number 7e12345 is a commit.
    return value.atKey("it").getString("it");
  }

  /** An integer. */
  record Whole(long min, long max) implements Scalar {
    @Override
    public Optional<Long> parse(String text) {
      try {
        long number = new BigDecimal(text.strip()).longValueExact();
        return number >= min && number <= max ? Optional.of(number) : Optional.empty();
      } catch (NumberFormatException | ArithmeticException notWhole) {
        return Optional.empty();
      }
    }

    @Override
    public String allowed() {
      return max == Long.MAX_VALUE
          ? "an integer, at least " + min
          : "an integer from " + min + " to " + max;
    }
  }

  /** A number that may have a fraction. */
  record Real(double min, double max) implements Scalar {
    @Override
    public Optional<Double> parse(String text) {
      try {
        double number = Double.parseDouble(text.strip());
        return number >= min && number <= max ? Optional.of(number) : Optional.empty();
      } catch (NumberFormatException notNumber) {
        return Optional.empty();
      }
    }

    @Override
    public String allowed() {
      return "a number from " + Units.show(min) + " to " + Units.show(max);
    }
  }

  /** Yes or no; 1 and 0 too, as fio writes them. */
  record Flag() implements Scalar {
    @Override
    public Optional<Boolean> parse(String text) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on", "1" -> Optional.of(true);
        case "false", "no", "off", "0" -> Optional.of(false);
        default -> Optional.empty();
      };
    }

    @Override
    public String allowed() {
      return "true or false";
    }
  }

  /** A number of bytes. */
  record Size(long min, long max, long multipleOf) implements Scalar {
    @Override
    public Optional<Long> parse(String text) {
      return Units.bytes(text).filter(b -> b >= min && b <= max && b % multipleOf == 0);
    }

    @Override
    public String allowed() {
      return "a size from "
          + Units.show(min)
          + " to "
          + Units.show(max)
          + (multipleOf > 1 ? " in steps of " + Units.show(multipleOf) : "")
          + ", for example 4k or 32MiB";
    }
  }

  /** A length of time. */
  record Time(Duration min, Duration max) implements Scalar {
    @Override
    public Optional<Duration> parse(String text) {
      return Units.time(text).filter(t -> t.compareTo(min) >= 0 && t.compareTo(max) <= 0);
    }

    @Override
    public String allowed() {
      return "a time with its unit (ns, us, ms, s, m, h, d) from "
          + Units.show(min)
          + " to "
          + Units.show(max);
    }
  }

  /** Words. */
  record Text(Pattern pattern, String allowed) implements Scalar {
    /** Any words. */
    public static final Text ANY = new Text(Pattern.compile("(?s).*"), "text");

    @Override
    public Optional<String> parse(String text) {
      return pattern.matcher(text).matches() ? Optional.of(text.strip()) : Optional.empty();
    }
  }

  /** One of a few words. */
  record Choice(List<String> words) implements Scalar {
    /** The constants of an enum, as configuration files write them. */
    static Choice of(Enum<?>[] constants) {
      return new Choice(java.util.Arrays.stream(constants).map(Words::of).toList());
    }

    @Override
    public Optional<String> parse(String text) {
      return words.contains(text.strip()) ? Optional.of(text.strip()) : Optional.empty();
    }

    @Override
    public String allowed() {
      return words.size() == 1
          ? words.get(0)
          : String.join(", ", words.subList(0, words.size() - 1))
              + " or "
              + words.get(words.size() - 1);
    }

    @Override
    public String hint(ConfigValue value) {
      return Nearest.to(written(value), words).map(w -> "; did you mean " + w + "?").orElse("");
    }
  }
}
