package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of an exploration.
 *
 * @param scenario the scenario's name
 * @param engine always seeded
 * @param seed by which it can be repeated
 * @param timeScale factor on kernel intervals
 * @param strategy how it chose
 * @param depth of the strategy pct, null for others
 * @param length of each schedule at most, in choices
 * @param interrupted whether it was ended from outside before its time
 * @param outcome unexpected if it is on any kernel
 * @param kernels in the order in which they ran
 */
@JsonPropertyOrder({
  "scenario",
  "engine",
  "seed",
  "timeScale",
  "strategy",
  "depth",
  "length",
  "interrupted",
  "outcome",
  "kernels"
})
public record ExploreResult(
    String scenario,
    String engine,
    long seed,
    double timeScale,
    String strategy,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer depth,
    long length,
    boolean interrupted,
    Outcome outcome,
    List<Kernel> kernels) {

  /**
   * What came of it on one kernel.
   *
   * @param result what was seen, over all schedules
   * @param schedules how many were run
   * @param schedulesToFirst how many it took to the first violation, null if there was none
   * @param schedulesPerSecond how fast, of wall time
   * @param medianDeliveries of a schedule
   * @param distinctOutcomes different sets of violations, none at all included
   * @param distinctTraces different runs
   * @param checkedTwice schedules that were run twice and gave the same trace
   * @param first of each kind of violation, the schedule that showed it first
   */
  @JsonPropertyOrder({
    "result",
    "schedules",
    "schedulesToFirst",
    "schedulesPerSecond",
    "medianDeliveries",
    "distinctOutcomes",
    "distinctTraces",
    "checkedTwice",
    "first"
  })
  public record Kernel(
      @JsonUnwrapped KernelResult result,
      long schedules,
      @Nullable Long schedulesToFirst,
      double schedulesPerSecond,
      long medianDeliveries,
      long distinctOutcomes,
      long distinctTraces,
      long checkedTwice,
      List<First> first) {}

  /**
   * The first schedule that showed something.
   *
   * @param id what was violated
   * @param race what caused it, empty if unknown
   * @param variant in which documented way, empty if unknown
   * @param schedule its number
   */
  public record First(String id, String race, String variant, long schedule) {}
}
