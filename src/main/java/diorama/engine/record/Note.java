package diorama.engine.record;

/**
 * Something that was written down between two deliveries.
 *
 * @param key what sort of note it is, for example {@code violation}
 * @param text what it says
 * @param deliveries how many deliveries stand before it
 */
public record Note(String key, String text, long deliveries) {
  /** The key of the note that says why a recording ended before its machine did. */
  public static final String STOPPED = "stopped";
}
