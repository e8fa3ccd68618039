package diorama.check;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Tracepoint;
import org.jspecify.annotations.Nullable;

/**
 * A tracepoint with its place and time.
 *
 * @param sequence where it stands in the order of its machine
 * @param nanos when, in nanoseconds of the machine's clock
 * @param point what happened
 */
public record Event(long sequence, long nanos, Tracepoint point) implements Recorded {
  @Override
  public Context context() {
    return point.context();
  }

  /** The tracepoint's name. */
  public String name() {
    return point.name();
  }

  /** The memory that it is about. */
  public @Nullable Subject subject() {
    return point.subject();
  }

  /** The memory that it ties to the first. */
  public @Nullable Subject related() {
    return point.related();
  }

  /** Whether the tracepoint has this name. */
  public boolean is(String name) {
    return point.name().equals(name);
  }

  /** Whether the tracepoint names this piece of memory, in the first or in the second place. */
  public boolean mentions(@Nullable Subject memory) {
    return memory != null && (memory.equals(point.subject()) || memory.equals(point.related()));
  }

  /** The memory of this kind that the tracepoint names, or null. */
  public @Nullable Subject named(Subject.Kind kind) {
    Subject subject = point.subject();
    if (subject != null && subject.kind() == kind) {
      return subject;
    }
    Subject related = point.related();
    return related != null && related.kind() == kind ? related : null;
  }
}
