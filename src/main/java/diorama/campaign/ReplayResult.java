package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What came of a replay.
 *
 * @param trace the file
 * @param scenario the scenario's name
 * @param kernel the kernel's name
 * @param engine in which it was recorded
 * @param seed of the run that it was recorded of
 * @param machine which machine of that run
 * @param recordedBy which version of the program recorded it
 * @param cutOff whether the end of the trace is missing
 * @param deliveries how many were replayed
 * @param recorded what was found when it was recorded
 * @param found what was found now
 * @param asRecorded whether the first that was recorded was found again
 * @param explanations of what was found now, line by line
 */
@JsonPropertyOrder({
  "trace",
  "scenario",
  "kernel",
  "engine",
  "seed",
  "machine",
  "recordedBy",
  "cutOff",
  "deliveries",
  "recorded",
  "found",
  "asRecorded"
})
public record ReplayResult(
    String trace,
    String scenario,
    String kernel,
    String engine,
    long seed,
    long machine,
    String recordedBy,
    boolean cutOff,
    long deliveries,
    List<ViolationNote> recorded,
    List<ViolationNote> found,
    boolean asRecorded,
    @JsonIgnore List<List<String>> explanations) {}
