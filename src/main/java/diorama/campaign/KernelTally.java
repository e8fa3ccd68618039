package diorama.campaign;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was counted while a scenario ran on one kernel, before anybody judges it.
 *
 * @param opportunities how often each violation or race that was watched for could have happened;
 *     what is not listed has none
 * @param notLookedAt what nobody looked for in this run, so that it is neither seen nor absent
 * @param sightings what was seen, each id and race once
 */
public record KernelTally(
    String kernel,
    double elapsedSeconds,
    int machines,
    long replaced,
    double slowestToMedian,
    long deliveries,
    @Nullable String traceHash,
    Map<String, Long> operations,
    Map<String, Long> opportunities,
    Set<String> notLookedAt,
    List<Sighting> sightings) {

  /**
   * A kind of violation that was seen.
   *
   * @param id what was violated
   * @param race what caused it, empty if unknown
   * @param count how often
   * @param firstSeconds after the start
   * @param trace where the first one can be looked at, or empty
   * @param variants by the name of the documented way in which it came about, how often
   * @param explanation of the first one, line by line
   */
  public record Sighting(
      String id,
      String race,
      long count,
      double firstSeconds,
      String trace,
      Map<String, Long> variants,
      List<String> explanation) {}
}
