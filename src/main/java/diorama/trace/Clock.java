package diorama.trace;

import java.util.Locale;

/** The unit in which a table tells the time. */
public enum Clock {
  MICROSECONDS("us", 1e3, 1),
  MILLISECONDS("ms", 1e6, 3),
  SECONDS("s", 1e9, 6);

  private final String unit;
  private final double nanos;
  private final int digits;

  Clock(String unit, double nanos, int digits) {
    this.unit = unit;
    this.nanos = nanos;
    this.digits = digits;
  }

  /** The unit for a story of this many nanoseconds. */
  public static Clock forLength(long nanos) {
    if (nanos < 100_000_000L) {
      return MICROSECONDS;
    }
    return nanos < 10_000_000_000L ? MILLISECONDS : SECONDS;
  }

  /** What people write behind the number. */
  public String unit() {
    return unit;
  }

  /** A time in nanoseconds as a number of this unit. */
  public String format(long time) {
    return String.format(Locale.ROOT, "%." + digits + "f", time / nanos);
  }
}
