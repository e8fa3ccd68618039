package diorama.config;

/** What a scenario says about seeing something on a kernel. */
public enum Expectation {
  /** It shows, by itself, within the scenario's time. */
  MUST,
  /** It may show or not. */
  MAY,
  /** It shows in no run. */
  NEVER
}
