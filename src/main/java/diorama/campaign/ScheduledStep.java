package diorama.campaign;

/**
 * One choice of a run, with what came of it.
 *
 * @param source who went on
 * @param target the object that was called
 * @param context the context that emitted the first tracepoint, empty if there was none
 * @param name the tracepoint that says most, empty if there was none
 */
record ScheduledStep(long source, long target, String context, String name) {}
