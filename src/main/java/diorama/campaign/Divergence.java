package diorama.campaign;

/** A replay could not do what was recorded: a defect of Diorama, or a trace of another program. */
public final class Divergence extends IllegalStateException {
  private static final long serialVersionUID = 1;

  Divergence(String what) {
    super(what);
  }
}
