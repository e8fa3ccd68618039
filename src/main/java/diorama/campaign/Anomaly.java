package diorama.campaign;

import diorama.check.Violation;

/**
 * What makes two violations the same, wherever and whenever they happen.
 *
 * @param id what was violated
 * @param race the documented cause, or unknown
 * @param variant in which form, or unknown
 */
record Anomaly(String id, String race, String variant) {
  static Anomaly of(Violation violation) {
    return new Anomaly(violation.id(), violation.race(), violation.variant());
  }

  boolean in(SeededRun run) {
    return run.violations().stream().anyMatch(v -> of(v).equals(this));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(id);
    for (String more : new String[] {race, variant}) {
      if (!more.equals(Violation.UNKNOWN)) {
        text.append(", ").append(more);
      }
    }
    return text.toString();
  }
}
