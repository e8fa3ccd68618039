package diorama.config;

import java.util.List;
import java.util.stream.Collectors;

/** The command line or a configuration file is wrong: nothing has run, and this is why. */
public final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Mistake> mistakes;

  /** All that is wrong, one line each. */
  public BadInput(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** One mistake that has no place in a file. */
  public BadInput(String problem) {
    this(List.of(new Mistake("", "", problem)));
  }

  /** What is wrong, in the order in which it was found. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
