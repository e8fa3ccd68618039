package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import diorama.config.BadInput;

/**
 * What a trace says of a violation at the place where it was found.
 *
 * @param id what was violated
 * @param race what caused it, empty if unknown
 * @param variant which form of it, empty if unknown
 * @param deliveries how many deliveries the machine had been recorded with at that moment
 */
@JsonPropertyOrder({"id", "race", "variant", "deliveries"})
public record ViolationNote(String id, String race, String variant, long deliveries) {
  /** The key of the notes that say this. */
  public static final String KEY = "violation";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** As a note's text, one line of JSON. */
  public String write() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a note cannot be written as JSON", e);
    }
  }

  /** What a note's text says. */
  public static ViolationNote read(String text) {
    try {
      return MAPPER.readValue(text, ViolationNote.class);
    } catch (JsonProcessingException e) {
      throw new BadInput("a note of the trace is not understood: " + text);
    }
  }
}
