package diorama.campaign;

/** A seeded run did not repeat itself: a defect of Diorama. */
public final class NotDeterministic extends IllegalStateException {
  private static final long serialVersionUID = 1;

  NotDeterministic(String what) {
    super(what);
  }
}
