package diorama.engine.seeded;

/**
 * The calls of which one happens next, in the order in which they became possible. Valid during one
 * {@link Strategy#choose}.
 */
public interface Candidates {
  /** How many there are, 1 or more. */
  int size();

  /** One of them, from 0. */
  Pending get(int index);
}
