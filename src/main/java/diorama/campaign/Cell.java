package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import diorama.config.Expectation;
import diorama.config.Words;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario expects of a violation on a kernel, and what was seen of it.
 *
 * @param scenario the scenario's name
 * @param kernel the kernel's name
 * @param race what caused it; where none was seen, what the scenario names that would; empty if
 *     unknown
 * @param violation what the scenario expects something of, or what was seen unasked
 * @param expectation what it expects; what it does not mention never shows
 * @param seen how often it was seen
 * @param opportunities how often it could have happened; 0 if nobody counted
 * @param verdict whether the two agree
 * @param rateHigh95 the rate that it has at most, at 95 %; null without opportunities
 * @param seconds of real time that the run took, which all cells of a scenario and kernel share
 * @param explanation what a person is shown of the first one, line by line
 */
@JsonPropertyOrder({
  "scenario",
  "kernel",
  "race",
  "violation",
  "expected",
  "seen",
  "opportunities",
  "verdict",
  "rateHigh95",
  "seconds"
})
public record Cell(
    String scenario,
    String kernel,
    String race,
    String violation,
    @JsonIgnore Expectation expectation,
    long seen,
    long opportunities,
    CellVerdict verdict,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double rateHigh95,
    double seconds,
    @JsonIgnore List<String> explanation) {

  /** The expectation as scenarios write it. */
  @JsonProperty
  public String expected() {
    return Words.of(expectation);
  }

  /** Whether what was seen is what is expected. */
  public boolean ok() {
    return verdict == CellVerdict.OK;
  }
}
