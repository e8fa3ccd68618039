package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a scenario on one kernel.
 *
 * @param kernel the kernel's name
 * @param outcome whether it is what the scenario expects
 * @param elapsedSeconds how long it ran
 * @param machines how many ran at once
 * @param replaced machines that panicked or hung and were replaced by fresh ones
 * @param slowestToMedian progress of the slowest machine at the end against that of the median one
 * @param deliveries messages that were delivered
 * @param traceHash of the whole run; null in the natural engine
 * @param operations how many of each kind were completed
 * @param violations what was seen
 * @param absent what the scenario speaks of and was not seen
 */
@JsonPropertyOrder({
  "kernel",
  "outcome",
  "elapsedSeconds",
  "machines",
  "replaced",
  "slowestToMedian",
  "deliveries",
  "traceHash",
  "operations",
  "violations",
  "absent"
})
public record KernelResult(
    String kernel,
    Outcome outcome,
    double elapsedSeconds,
    int machines,
    long replaced,
    double slowestToMedian,
    long deliveries,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String traceHash,
    Map<String, Long> operations,
    List<ViolationResult> violations,
    List<Absent> absent) {}
