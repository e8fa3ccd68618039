package diorama.campaign;

/**
 * One choice of a run, with what came of it.
 *
 * @param source who went on
 * @param target the object that was called
 * @param nanos what the clock showed
 * @param context the context that emitted the first tracepoint, empty if there was none
 * @param name that tracepoint, or else what the object was told
 */
record ScheduledStep(long source, long target, long nanos, String context, String name) {
  /** Whether it is a call, and no timer. */
  boolean isCall() {
    return source != target;
  }
}
