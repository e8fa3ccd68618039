package diorama.campaign;

/**
 * Two steps of different contexts of which the first had to come before the second: when they are
 * exchanged, the violation does not happen.
 *
 * @param firstContext who did the first
 * @param first what it was, by the kernel's name
 * @param secondContext who did the second
 * @param second what it was
 */
public record Ordering(String firstContext, String first, String secondContext, String second) {
  @Override
  public String toString() {
    return "%s (%s) < %s (%s)".formatted(first, firstContext, second, secondContext);
  }
}
