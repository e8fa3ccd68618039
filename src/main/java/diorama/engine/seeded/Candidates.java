package diorama.engine.seeded;

/**
 * What can happen next, in the order in which it became possible; the next timer, if it may fire
 * now, comes last. Valid during one {@link Strategy#choose}.
 */
public interface Candidates {
  /** How many there are, 1 or more. */
  int size();

  /** One of them, from 0. */
  Pending get(int index);
}
