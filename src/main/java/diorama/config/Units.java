package diorama.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and times as people write them, and as they read them. */
public final class Units {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*(\\S*)");

  private static final long KI = 1024;
  private static final Map<String, Long> BYTES = bytes();
  private static final Map<String, Long> NANOS =
      Map.ofEntries(
          Map.entry("ns", 1L),
          Map.entry("us", 1_000L),
          Map.entry("ms", 1_000_000L),
          Map.entry("s", 1_000_000_000L),
          Map.entry("m", 60_000_000_000L),
          Map.entry("min", 60_000_000_000L),
          Map.entry("h", 3_600_000_000_000L),
          Map.entry("d", 86_400_000_000_000L));

  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private Units() {}

  private static Map<String, Long> bytes() {
    Map<String, Long> bytes = new HashMap<>(Map.of("", 1L, "B", 1L));
    long binary = 1;
    long decimal = 1;
    for (String prefix : List.of("k", "M", "G", "T")) {
      binary *= KI;
      decimal *= 1000;
      for (String unit : List.of(prefix, prefix + "i", prefix + "iB")) {
        bytes.put(unit.toLowerCase(Locale.ROOT), binary);
        bytes.put(unit.substring(0, 1).toUpperCase(Locale.ROOT) + unit.substring(1), binary);
      }
      bytes.put(prefix + "B", decimal);
    }
    return Map.copyOf(bytes);
  }

  /**
   * Bytes, from {@code 4096}, {@code 4k} as fio has it (1024), {@code 4KiB} or {@code 4kB} (1000).
   */
  public static Optional<Long> bytes(String text) {
    Matcher m = NUMBER_AND_UNIT.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    return product(m.group(1), BYTES.get(m.group(2)));
  }

  /** A time with its unit: {@code 500us}, {@code 1.5 ms}, {@code 5s}, {@code 8h}; or 0. */
  public static Optional<Duration> time(String text) {
    Matcher m = NUMBER_AND_UNIT.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    if (m.group(2).isEmpty()) {
      // A bare number means seconds in fio, microseconds in fio's thinktime, milliseconds in HOCON.
      return new BigDecimal(m.group(1)).signum() == 0
          ? Optional.of(Duration.ZERO)
          : Optional.empty();
    }
    return product(m.group(1), NANOS.get(m.group(2))).map(Duration::ofNanos);
  }

  private static Optional<Long> product(String number, @Nullable Long unit) {
    if (unit == null) {
      return Optional.empty();
    }
    BigDecimal product = new BigDecimal(number).multiply(BigDecimal.valueOf(unit));
    return product.compareTo(LONGEST) > 0
        ? Optional.empty()
        : Optional.of(product.setScale(0, RoundingMode.HALF_UP).longValue());
  }

  /** Bytes in the largest unit that needs no fraction. */
  public static String show(long bytes) {
    String[] names = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    long rest = bytes;
    while (rest != 0 && rest % KI == 0 && unit < names.length - 1) {
      rest /= KI;
      unit++;
    }
    return rest + " " + names[unit];
  }

  /** A time in the largest unit that needs no fraction. */
  public static String show(Duration time) {
    long nanos = time.toNanos();
    String[] names = {"ns", "us", "ms", "s", "min", "h", "d"};
    long[] steps = {1000, 1000, 1000, 60, 60, 24};
    int unit = 0;
    while (nanos != 0 && unit < steps.length && nanos % steps[unit] == 0) {
      nanos /= steps[unit];
      unit++;
    }
    return nanos == 0 ? "0 s" : nanos + " " + names[unit];
  }

  /** A fraction, short. */
  static String show(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
