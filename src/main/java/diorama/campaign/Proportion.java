package diorama.campaign;

/**
 * What a count of successes in independent trials says about their rate, at 95 %.
 *
 * @param rate the share that was seen
 * @param low95 lower end of the interval
 * @param high95 upper end of the interval
 */
public record Proportion(double rate, double low95, double high95) {
  private static final double TAIL = 0.025;

  /**
   * The exact interval of Clopper and Pearson (1934): each end leaves 2.5 %. Counts above the
   * number of trials, which happen when one opportunity is taken twice, are taken as all of them.
   */
  public static Proportion of(long count, long trials) {
    if (trials <= 0) {
      return new Proportion(0, 0, 1);
    }
    long k = Math.min(count, trials);
    double low = k == 0 ? 0 : IncompleteBeta.inverse(TAIL, (double) k, trials - k + 1.0);
    double high =
        k == trials ? 1 : IncompleteBeta.inverse(1 - TAIL, k + 1.0, (double) (trials - k));
    return new Proportion((double) k / trials, low, high);
  }

  /**
   * The rate that something has at most which was seen in none of the trials: 3 / trials, the rule
   * of three. It lies a hair above the exact one-sided bound.
   */
  public static double boundWhenAbsent(long trials) {
    return trials <= 3 ? 1 : 3.0 / trials;
  }
}
