package diorama.config;

import org.jspecify.annotations.Nullable;

/**
 * A key that a section may have.
 *
 * @param name as it is written
 * @param shape what may stand there
 * @param required whether it must be written
 * @param fallback what holds when it is not written, as it would be written; null if nothing does
 * @param doc what it means, in a few words
 */
public record Key(
    String name, Shape shape, boolean required, @Nullable String fallback, String doc) {
  /** A key that must be written. */
  public static Key required(String name, Shape shape, String doc) {
    return new Key(name, shape, true, null, doc);
  }

  /** A key that may be left out, with nothing in its place. */
  public static Key optional(String name, Shape shape, String doc) {
    return new Key(name, shape, false, null, doc);
  }

  /** A key that may be left out, and what holds then. */
  public static Key of(String name, Shape shape, String fallback, String doc) {
    return new Key(name, shape, false, fallback, doc);
  }
}
