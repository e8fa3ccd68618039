package diorama.campaign;

/**
 * What a trace shows could not be shown by any run of its programs as data, so that there is
 * nothing to minimise. The trace itself can still be replayed.
 */
public final class NotFoundAgain extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotFoundAgain(Anomaly anomaly) {
    super(
        "no run of what the programs called was found that shows "
            + anomaly
            + "; replay and explain show the trace as it is");
  }
}
