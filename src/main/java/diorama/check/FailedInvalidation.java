package diorama.check;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import org.jspecify.annotations.Nullable;

/**
 * A cached page that the invalidation around a direct write could not drop.
 *
 * @param event the tracepoint that says so
 * @param page the page, if the tracepoint names it
 * @param buffer the buffer that was busy, if the tracepoint names it
 */
public record FailedInvalidation(Event event, @Nullable Subject page, @Nullable Subject buffer) {

  /** Whether a tracepoint of this name tells of one. */
  public static boolean tells(String name) {
    return switch (name) {
      case TracepointName.DROP_BUFFERS_BUSY,
          TracepointName.JOURNAL_BUSY,
          TracepointName.PAGE_IS_DIRTY ->
          true;
      default -> false;
    };
  }

  /** The last one by this context between two entries of a history, both excluded, or null. */
  public static @Nullable FailedInvalidation last(
      History history, Context context, long after, long before) {
    Event event =
        history.last(
            e ->
                e.sequence() > after
                    && e.sequence() < before
                    && e.context().equals(context)
                    && tells(e.name()));
    return event == null ? null : of(event);
  }

  /** What a tracepoint says that {@link #tells} of one. */
  static FailedInvalidation of(Event event) {
    return new FailedInvalidation(
        event, event.named(Subject.Kind.PAGE), event.named(Subject.Kind.BUFFER));
  }

  /** Whether the buffer or the page was dirty again. */
  public boolean dirty() {
    return switch (event.name()) {
      case TracepointName.DROP_BUFFERS_BUSY -> (event.point().b() & 1) != 0;
      case TracepointName.JOURNAL_BUSY -> event.related() == null && event.point().b() != 0;
      default -> event.is(TracepointName.PAGE_IS_DIRTY);
    };
  }

  /** Whether somebody held the buffer's lock. */
  public boolean locked() {
    return switch (event.name()) {
      case TracepointName.DROP_BUFFERS_BUSY -> (event.point().b() & 2) != 0;
      case TracepointName.JOURNAL_BUSY -> event.related() == null && event.point().a() != 0;
      default -> false;
    };
  }
}
