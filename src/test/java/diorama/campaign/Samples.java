package diorama.campaign;

import diorama.campaign.KernelTally.Sighting;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tallies as a campaign might make them, for tests. */
public final class Samples {
  private Samples() {}

  /** A kernel on which the oops was seen seven times. */
  public static KernelTally oops(String kernel) {
    return tally(
        kernel,
        List.of(
            new Sighting(
                "double-aio-complete",
                "eiocbqueued-clobber",
                7,
                0.04,
                "t.trace",
                Map.of("submission-first", 5L, "bio-first", 2L),
                List.of("kernel BUG at fs/aio.c:512!", "Call Trace:"))));
  }

  /** A kernel on which nothing was seen. */
  public static KernelTally nothing(String kernel) {
    return tally(kernel, List.of());
  }

  /** A kernel on which this was seen. */
  public static KernelTally tally(String kernel, List<Sighting> sightings) {
    return tally(kernel, Set.of(), sightings);
  }

  /** A kernel on which one thing was not looked for, and others were seen. */
  static KernelTally tally(String kernel, Set<String> notLookedAt, List<Sighting> sightings) {
    return new KernelTally(
        kernel,
        2.1,
        4,
        3,
        0.8,
        1_234_567,
        null,
        Map.of("aio-dio-write", 345L, "buffered-write", 300L),
        Map.of("double-aio-complete", 345L, "io-error-event", 345L),
        notLookedAt,
        sightings);
  }
}
