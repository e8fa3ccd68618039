package diorama;

import java.time.Duration;

/**
 * How long a test waits for what has to come.
 *
 * <p>What comes usually takes milliseconds, but a machine that runs tests may have one processor,
 * share it with others, or stand still for a while. So this is long enough for every machine that
 * gets on at all; only a build that loses something gets there.
 */
public final class Deadline {
  /** In seconds. */
  public static final long SECONDS = 600;

  /** The same as a duration. */
  public static final Duration DURATION = Duration.ofSeconds(SECONDS);

  private Deadline() {}
}
