package diorama.engine.seeded;

import java.time.Duration;

/**
 * How virtual time passes.
 *
 * @param least what a call costs at least, in virtual nanoseconds
 * @param most what a call costs at most; each cost is drawn, all equally likely
 * @param horizon how far ahead a timer may fire although somebody could still run, as if whoever
 *     could had lost the processor for so long; 0: timers fire when they are due
 * @param patience a call that has been pending for so long is made before any other
 */
public record Pace(long least, long most, long horizon, long patience) {
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

  /** Checks the ranges. */
  public Pace {
    if (least < 1 || most < least || horizon < 0 || patience < 1) {
      throw new IllegalArgumentException(
          "no pace has least %d, most %d, horizon %d, patience %d"
              .formatted(least, most, horizon, patience));
    }
  }

  /** As time passes on a machine with one processor; what a section costs there is assumed. */
  public static final Pace FAITHFUL = new Pace(100, 1_100, 0, PATIENCE);

  /** The same with timers that may fire so much earlier than they are due. */
  public Pace withHorizon(Duration ahead) {
    return new Pace(least, most, ahead.toNanos(), patience);
  }
}
