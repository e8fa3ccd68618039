package diorama.campaign;

import diorama.check.Violation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of one machine in the seeded engine.
 *
 * @param number the machine's
 * @param operations how many of each name
 * @param violations what its checks found, in that order
 * @param end how it ended; null if it reached a limit and nobody looked how it comes to rest
 * @param byItself whether it ended before it had reached a limit
 * @param counted how often it gave a race the opportunity to show
 * @param deliveries messages handed out
 * @param choices calls and timers that were chosen
 * @param nanos virtual time
 * @param hash of everything that was delivered and traced
 */
record SeededRun(
    long number,
    Map<String, Long> operations,
    List<Violation> violations,
    @Nullable MachineEnd end,
    boolean byItself,
    Counted counted,
    long deliveries,
    long choices,
    long nanos,
    long hash) {
  /** The same with another end, and all that was found up to there. */
  SeededRun endingIn(@Nullable MachineEnd other, List<Violation> found) {
    return new SeededRun(
        number,
        operations,
        List.copyOf(found),
        other,
        byItself,
        counted,
        deliveries,
        choices,
        nanos,
        hash);
  }
}
