package diorama.kernel.sched;

/**
 * A seeded generator with named sub-streams: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014),
 * spelled out so that it gives the same numbers on every JDK.
 *
 * <p>Not thread-safe: each actor draws from its own.
 */
public final class Chance {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long state;

  /** A generator whose numbers are a function of the seed. */
  public Chance(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /** A generator of its own for a purpose, independent of how much is drawn from this one. */
  public Chance stream(String name) {
    long h = seed;
    for (int i = 0; i < name.length(); i++) {
      h = mix(h + GOLDEN_GAMMA + name.charAt(i));
    }
    return new Chance(mix(h ^ GOLDEN_GAMMA));
  }

  /** 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  /** A number in [0, 1). */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** A number in [0, bound), for a positive bound. */
  public long below(long bound) {
    return Long.remainderUnsigned(nextLong(), bound);
  }

  /** A draw from the normal distribution with mean 0 and variance 1 (Box and Muller). */
  public double nextGaussian() {
    double u = 1.0 - nextDouble();
    return StrictMath.sqrt(-2 * StrictMath.log(u))
        * StrictMath.cos(2 * StrictMath.PI * nextDouble());
  }
}
