package diorama.cli;

import diorama.config.ScenarioFile;
import diorama.config.Units;
import diorama.config.Words;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the arguments of options. */
final class Converters {
  private Converters() {}

  static final class RunTime implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Units.time(text)
          .filter(t -> t.compareTo(Duration.ofMillis(1)) >= 0)
          .filter(t -> t.compareTo(ScenarioFile.LONGEST_RUN) <= 0)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "found \""
                          + text
                          + "\"; allowed: a time with its unit, for example 500ms, 30s, 3m or 8h"));
    }
  }

  /** One of the words that an enum's constants are written as. */
  static <E extends Enum<E>> ITypeConverter<E> word(Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Words::of).toList();
    return text -> {
      String word = text.strip().toLowerCase(Locale.ROOT);
      if (!words.contains(word)) {
        throw new TypeConversionException(
            "found \"" + text + "\"; allowed: " + String.join(", ", words));
      }
      return Words.constant(type, word);
    };
  }

  static final class Positive implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return number(text, Long.MAX_VALUE, "an integer, at least 1");
    }
  }

  static final class Machines implements ITypeConverter<Integer> {
    private static final int MOST = 100_000;

    @Override
    public Integer convert(String text) {
      return Math.toIntExact(number(text, MOST, "an integer from 1 to " + MOST));
    }
  }

  private static long number(String text, long most, String allowed) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException notNumber) {
      // Told below, like a number that is out of range.
    }
    throw new TypeConversionException("found \"" + text + "\"; allowed: " + allowed);
  }
}
