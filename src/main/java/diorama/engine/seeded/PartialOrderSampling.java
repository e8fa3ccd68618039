package diorama.engine.seeded;

import java.util.function.LongSupplier;

/**
 * Partial-order sampling (basic POS of Yuan, Yang and Gu, CAV 2018): everything pending has a
 * random priority, the highest happens, and what races with it gets new ones.
 *
 * <p>Two calls race if they call the same object: then the one that was not chosen may see what the
 * other changed.
 */
public final class PartialOrderSampling implements Strategy {
  private final LongSupplier bits;

  /** Strategy pos, with 64 random bits at a time. */
  public PartialOrderSampling(LongSupplier bits) {
    this.bits = bits;
  }

  @Override
  public void arrived(Pending pending) {
    pending.mark(bits.getAsLong());
  }

  @Override
  public int choose(Candidates candidates) {
    int best = 0;
    for (int i = 1; i < candidates.size(); i++) {
      if (candidates.get(i).mark() > candidates.get(best).mark()) {
        best = i;
      }
    }
    Pending chosen = candidates.get(best);
    for (int i = 0; i < candidates.size(); i++) {
      Pending other = candidates.get(i);
      if (other != chosen && other.target() == chosen.target()) {
        other.mark(bits.getAsLong());
      }
    }
    return best;
  }
}
