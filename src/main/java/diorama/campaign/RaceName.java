package diorama.campaign;

import java.util.Map;

/**
 * What a scenario can name: a violation, the race that causes it, or one variant of the race, which
 * is {@code race/variant}.
 */
final class RaceName {
  private static final String BETWEEN = "/";

  private RaceName() {}

  /** A variant's name. */
  static String variant(String race, String variant) {
    return race + BETWEEN + variant;
  }

  /** Whether it is the name of a variant. */
  static boolean isVariant(String name) {
    return name.contains(BETWEEN);
  }

  /** The race, of a variant's name too. */
  static String race(String name) {
    int at = name.indexOf(BETWEEN);
    return at < 0 ? name : name.substring(0, at);
  }

  /**
   * How often what has that name was seen, of a violation that was seen so often.
   *
   * @param variants by name, how often each of them was
   */
  static long count(String name, String id, String race, long count, Map<String, Long> variants) {
    if (name.equals(id) || name.equals(race)) {
      return count;
    }
    return isVariant(name) && race(name).equals(race)
        ? variants.getOrDefault(name.substring(race.length() + BETWEEN.length()), 0L)
        : 0;
  }
}
