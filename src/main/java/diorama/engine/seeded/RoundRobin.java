package diorama.engine.seeded;

/** What became possible first happens first: no chance at all, for comparison. */
public final class RoundRobin implements Strategy {
  @Override
  public int choose(Candidates candidates) {
    return 0;
  }
}
