package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonProperty;
import diorama.config.Expectation;

/** Whether what was seen of a violation is what a scenario expects of it. */
public enum CellVerdict {
  /** It was seen where it must be or may be, or not seen where it never is or may be. */
  @JsonProperty("ok")
  OK,
  /** It must be seen and was not. */
  @JsonProperty("missing")
  MISSING,
  /** It was seen and must never be. */
  @JsonProperty("unexpected")
  UNEXPECTED;

  static CellVerdict of(Expectation expected, long seen) {
    return switch (expected) {
      case MUST -> seen > 0 ? OK : MISSING;
      case MAY -> OK;
      case NEVER -> seen > 0 ? UNEXPECTED : OK;
    };
  }
}
