package diorama.campaign;

import diorama.check.Violation;

/**
 * What makes two violations the same, wherever and whenever they happen.
 *
 * @param id what was violated
 * @param race the documented cause, or unknown
 * @param variant in which form, or unknown, or {@link #ANY}
 */
record Anomaly(String id, String race, String variant) {
  /** Stands for every variant. */
  private static final String ANY = "*";

  static Anomaly of(Violation violation) {
    return new Anomaly(violation.id(), violation.race(), violation.variant());
  }

  /** The same in whatever form. */
  Anomaly inAnyForm() {
    return new Anomaly(id, race, ANY);
  }

  boolean isShownBy(Violation violation) {
    Anomaly shown = of(violation);
    return shown.equals(this) || shown.inAnyForm().equals(this);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(id);
    for (String more : new String[] {race, variant}) {
      if (!more.equals(Violation.UNKNOWN) && !more.equals(ANY)) {
        text.append(", ").append(more);
      }
    }
    return text.toString();
  }
}
