package diorama.engine.seeded;

import java.time.Duration;

/**
 * How virtual time passes on a machine: what calls cost, and how often somebody loses the
 * processor.
 *
 * @param least what a call costs at least, in virtual nanoseconds
 * @param most what a call costs at most; each cost is drawn, all equally likely
 * @param preemptEvery one call in so many finds its context without a processor for a while; 0:
 *     none
 * @param away for how long at most, in virtual nanoseconds; drawn so that 10 to 20 us are as likely
 *     as 10 to 20 ms
 */
public record Pace(long least, long most, long preemptEvery, long away) {
  /** Nobody is away for less. */
  static final long SHORTEST = Duration.ofNanos(10_000).toNanos();

  /** Checks the ranges. */
  public Pace {
    if (least < 1 || most < least || preemptEvery < 0 || away < SHORTEST) {
      throw new IllegalArgumentException(
          "no pace has least %d, most %d, preemptEvery %d, away %d"
              .formatted(least, most, preemptEvery, away));
    }
  }

  /** Nobody loses the processor. What a section costs on a machine of 2007 is assumed. */
  public static final Pace STEADY = new Pace(100, 1_100, 0, Duration.ofMillis(100).toNanos());

  /** The same with a preemption in so many calls. */
  public Pace preempting(long every) {
    return new Pace(least, most, every, away);
  }
}
