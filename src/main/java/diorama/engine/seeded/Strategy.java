package diorama.engine.seeded;

/**
 * Decides what happens next in a {@link World}. Used by the thread of that world only, for one run.
 */
public interface Strategy {
  /** Something became possible. Called once for each call and each timer, before any choice. */
  default void arrived(Pending pending) {}

  /** Which of the candidates happens now: an index from 0. */
  int choose(Candidates candidates);
}
