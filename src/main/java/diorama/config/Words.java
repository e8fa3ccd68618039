package diorama.config;

import java.util.Locale;

/** The names of Java constants as configuration files, JSON and people write them. */
public final class Words {
  private Words() {}

  /** {@code AFTER_FREE} as {@code after-free}. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The constant that {@link #of} writes so. */
  public static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
