package diorama.kernel.sched;

/**
 * A distribution of times: log-normal with a median and a spread, never above a bound.
 *
 * <p>Service times and scheduling latencies of real machines have a long right tail, which a
 * log-normal has too; that it is exactly this one is assumed.
 *
 * @param medianNanos half of the draws are below, in nanoseconds; 0 draws only 0
 * @param sigma standard deviation of the logarithm; 0 always draws the median
 * @param maxNanos no draw is above
 */
public record Latency(long medianNanos, double sigma, long maxNanos) {
  /** Takes no time. */
  public static final Latency NONE = new Latency(0, 0, 0);

  /** One draw, in nanoseconds. */
  public long draw(Chance chance) {
    if (medianNanos == 0) {
      return 0;
    }
    if (sigma == 0) {
      return medianNanos;
    }
    return Math.min(maxNanos, (long) (medianNanos * StrictMath.exp(sigma * chance.nextGaussian())));
  }
}
