package diorama.campaign;

import diorama.config.Expectation;
import diorama.config.Scenario;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a run looks for, and what that means for its end.
 *
 * @param names violations and races, each of which must be seen
 * @param ends whether the run is over as soon as all of them were, in the seeded engine on each
 *     machine for itself
 * @param attempts if one of them was not seen when the run's time is over, it goes on until so many
 *     operations were tried on all machines together; 0 if it does not go on
 */
public record Sought(Set<String> names, boolean ends, long attempts) {
  /** Nothing in particular. */
  public static final Sought NOTHING = new Sought(Set.of(), false, 0);

  /** How likely a correct build may miss what it must show. */
  private static final double ERROR = 1e-6;

  /** A run that goes on takes at most so many times as long as it was meant to. */
  static final int LONGEST = 20;

  public Sought {
    names = Set.copyOf(names);
  }

  /** All of these, after which the run is over. */
  public static Sought until(Set<String> names) {
    return new Sought(names, true, 0);
  }

  /**
   * All that a scenario must show on a kernel. That does not end the run where something else must
   * never be seen, because that takes all the time there is. The attempts follow from the rates
   * that the scenario says: of so many, the rarest of what must be seen shows at least once with
   * probability 1 - 10<sup>-6</sup>.
   */
  public static Sought on(Scenario scenario, String kernel) {
    Set<String> musts = new LinkedHashSet<>();
    boolean ends = true;
    double rarest = Double.MAX_VALUE;
    boolean rated = true;
    for (var expected : scenario.expectations().entrySet()) {
      Expectation here = expected.getValue().get(kernel);
      ends &= here != Expectation.NEVER;
      if (here == Expectation.MUST) {
        musts.add(expected.getKey());
        Double rate = scenario.rates().get(expected.getKey());
        rated &= rate != null;
        rarest = rate == null ? rarest : Math.min(rarest, rate);
      }
    }
    return musts.isEmpty() ? NOTHING : new Sought(musts, ends, rated ? attempts(rarest) : 0);
  }

  /** How often something of this rate is tried until it was seen, but for an error of 1e-6. */
  static long attempts(double rate) {
    return rate >= 1 ? 1 : (long) Math.ceil(Math.log(ERROR) / Math.log1p(-rate));
  }

  /** Whether a run may end before its time. */
  boolean over(Set<String> unseen) {
    return ends && !names.isEmpty() && unseen.isEmpty();
  }

  /** Whether a run goes on when its time is over. */
  boolean goesOn(Set<String> unseen, long operations) {
    return !unseen.isEmpty() && operations < attempts;
  }
}
