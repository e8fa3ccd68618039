package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a run showed what its scenario expects. */
public enum Outcome {
  @JsonProperty("as-expected")
  AS_EXPECTED,
  @JsonProperty("unexpected")
  UNEXPECTED;

  /** Unexpected if either is. */
  public Outcome and(Outcome other) {
    return this == AS_EXPECTED ? other : this;
  }
}
