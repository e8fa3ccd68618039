package diorama.process;

/** An option of a program that cannot be: unknown, malformed, or out of range. */
public final class BadOption extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * A complaint about one key.
   *
   * @param problem what was found and what is allowed
   */
  public BadOption(String key, String problem) {
    super(key + ": " + problem);
    this.key = key;
  }

  /** The key that is wrong. */
  public String key() {
    return key;
  }
}
