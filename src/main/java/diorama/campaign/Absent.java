package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import diorama.config.Expectation;

/**
 * Something that the scenario speaks of and that was not seen.
 *
 * @param id the violation or race
 * @param opportunities how often it could have happened
 * @param rateHigh95 the rate that it has at most
 * @param expectation what the scenario expects of it on this kernel
 */
@JsonPropertyOrder({"id", "opportunities", "rateHigh95"})
public record Absent(
    String id, long opportunities, double rateHigh95, @JsonIgnore Expectation expectation) {}
