package diorama.engine.seeded;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Probabilistic concurrency testing for message passing: each causal chain of messages has a random
 * priority, the highest goes first, and at a few random points the chain that would go on is put
 * below all others.
 *
 * <p>Finds any failure that depends on the order of {@code depth} choices with a probability of at
 * least 1 / (w<sup>2</sup> k<sup>depth-1</sup>) for w chains at once and k choices: Burckhardt,
 * Kothari, Musuvathi and Nagarakatte, ASPLOS 2010; for chains of messages Ozkan, Majumdar, Niksic,
 * Tabaei Befrouei and Weissenbacher, OOPSLA 2018 (PCTCP). Chains are partitioned as messages are
 * sent, not as well as can be: w may be larger than the true width. After {@code length} choices
 * the walk goes on at random, since chains that spin would keep others waiting for ever.
 */
public final class PriorityChains implements Strategy {
  private final LongSupplier bits;
  private final long[] changes;
  private final int depth;
  private final long length;
  private int changed;
  private long choices;

  /**
   * Strategy pct.
   *
   * @param depth how many ordered choices the failure needs, 1 or more
   * @param length how many choices a run is expected to have, 1 or more
   * @param bits 64 random bits at a time
   */
  public PriorityChains(int depth, long length, LongSupplier bits) {
    if (depth < 1 || length < 1) {
      throw new IllegalArgumentException("depth " + depth + ", length " + length);
    }
    this.bits = bits;
    this.depth = depth;
    this.length = length;
    changes = new long[depth - 1];
    for (int i = 0; i < changes.length; i++) {
      changes[i] = Long.remainderUnsigned(bits.getAsLong(), length);
    }
    Arrays.sort(changes);
  }

  @Override
  public void arrived(Pending pending) {
    if (pending.chain().mark() == 0) {
      // Above every priority that a change point gives.
      pending.chain().mark(depth + 1 + (bits.getAsLong() >>> 2));
    }
  }

  @Override
  public int choose(Candidates candidates) {
    long choice = choices++;
    if (choice >= length) {
      return (int) Long.remainderUnsigned(bits.getAsLong(), candidates.size());
    }
    int best = highest(candidates);
    while (changed < changes.length && changes[changed] <= choice) {
      candidates.get(best).chain().mark(depth - changed++);
      best = highest(candidates);
    }
    return best;
  }

  private static int highest(Candidates candidates) {
    int best = 0;
    for (int i = 1; i < candidates.size(); i++) {
      if (candidates.get(i).chain().mark() > candidates.get(best).chain().mark()) {
        best = i;
      }
    }
    return best;
  }
}
