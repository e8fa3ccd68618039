package diorama.engine.seeded;

import java.util.function.LongSupplier;

/** Every candidate is as likely as any other. */
public final class RandomWalk implements Strategy {
  private final LongSupplier bits;

  /** A walk that takes 64 random bits for each choice. */
  public RandomWalk(LongSupplier bits) {
    this.bits = bits;
  }

  @Override
  public int choose(Candidates candidates) {
    return (int) Long.remainderUnsigned(bits.getAsLong(), candidates.size());
  }
}
