package diorama.check;

/** Where checks say what they found. */
public interface Findings {
  /** A new violation. */
  void found(Violation violation);

  /** The kernel has now printed something because of a violation found before. */
  void explained(Violation before, Violation now);
}
