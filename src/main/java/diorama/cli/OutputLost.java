package diorama.cli;

/** What was found cannot be written to where somebody wanted it. */
final class OutputLost extends RuntimeException {
  private static final long serialVersionUID = 1;

  OutputLost(String message, Throwable cause) {
    super(message, cause);
  }
}
