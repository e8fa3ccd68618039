package diorama.engine.seeded;

import org.jspecify.annotations.Nullable;

/**
 * A chain of messages of which each was sent because of the one before: a program as it runs, or
 * what follows from one timer. Strategies that give priorities to causal chains (Ozkan et al. 2018)
 * keep them here.
 */
public final class Chain {
  private final int number;
  private long mark;

  /** The context that goes on with it, or did last. */
  private @Nullable SeededQueue context;

  Chain(int number) {
    this.number = number;
  }

  /** How many chains began before it in this world. */
  public int number() {
    return number;
  }

  /** Whether a context may go on with this chain: only if no other one does. */
  boolean claim(SeededQueue claimant) {
    SeededQueue other = context;
    if (other != null && other != claimant && other.chain() == this) {
      return false;
    }
    context = claimant;
    return true;
  }

  /** What a strategy wrote here, 0 at first. */
  public long mark() {
    return mark;
  }

  /** Writes a strategy's own note. */
  public void mark(long note) {
    mark = note;
  }
}
