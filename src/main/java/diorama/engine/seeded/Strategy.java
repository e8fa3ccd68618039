package diorama.engine.seeded;

/**
 * Decides what happens next in a {@link World}. Used by the thread of that world only, for one run.
 */
public interface Strategy {
  /** A call became possible. Called once for each, before any choice that it is part of. */
  default void arrived(Pending pending) {}

  /** Which of the candidates happens next: an index from 0. */
  int choose(Candidates candidates);
}
