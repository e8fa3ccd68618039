package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import diorama.config.Expectation;
import java.util.List;
import java.util.Map;

/**
 * A kind of violation that was seen on a kernel.
 *
 * @param id what was violated
 * @param race the race of the catalogue that caused it, empty if none is known
 * @param count how often it was seen
 * @param firstSeconds when it was seen first, after the start of this kernel's run
 * @param opportunities how often it could have happened
 * @param rate share of the opportunities
 * @param rateLow95 lower end of the rate's interval
 * @param rateHigh95 upper end
 * @param trace a file or text by which the first one can be looked at; empty if none was kept
 * @param variants the documented ways in which it came about, and how often each
 * @param expectation what the scenario expects of it on this kernel
 * @param explanation what a person is shown of the first one, line by line
 */
@JsonPropertyOrder({
  "id",
  "race",
  "count",
  "firstSeconds",
  "opportunities",
  "rate",
  "rateLow95",
  "rateHigh95",
  "trace",
  "variants"
})
public record ViolationResult(
    String id,
    String race,
    long count,
    double firstSeconds,
    long opportunities,
    double rate,
    double rateLow95,
    double rateHigh95,
    String trace,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Long> variants,
    @JsonIgnore Expectation expectation,
    @JsonIgnore List<String> explanation) {}
