package diorama.campaign;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One choice of a run, with what came of it.
 *
 * @param source who went on
 * @param target the object that was called
 * @param nanos what the clock showed
 * @param actor the name of whose message or timer it was
 * @param context the context that emitted the first tracepoint, empty if there was none
 * @param tracepoint that tracepoint, empty if there was none
 * @param message the class of what the object was told, null for a timer
 */
record ScheduledStep(
    long source,
    long target,
    long nanos,
    String actor,
    String context,
    String tracepoint,
    @Nullable Class<?> message) {
  /** Whether it is a call, and no timer. */
  boolean isCall() {
    return source != target;
  }

  /** The kernel's name for what was done: a message is named after the function that sends it. */
  String name() {
    if (!tracepoint.isEmpty() || message == null) {
      return tracepoint.isEmpty() ? "timer" : tracepoint;
    }
    return message
        .getSimpleName()
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }
}
