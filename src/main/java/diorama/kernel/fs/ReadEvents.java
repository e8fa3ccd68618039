package diorama.kernel.fs;

import diorama.kernel.sched.Caller;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code read_events} of 4.x: what it wants, what it has, and its timer.
 *
 * <p>It goes with each message to the context and comes back with its answer, so that only one of
 * the two touches it.
 */
final class ReadEvents {
  /** How a round of the wait ended. */
  enum Round {
    /** The condition holds, or there is an error: {@link #result()}. */
    ENOUGH,
    /** It does not, and the caller does not sleep for more, or its time is up. */
    TIMED_OUT,
    /** The caller slept and has to look again. */
    WOKEN,
    /** The caller slept and a signal came. */
    SIGNAL
  }

  final long minNr;
  final long nr;
  final UserAccess access;
  final List<IoEvent> events = new ArrayList<>();

  /** The error that the call returns if it got no event. */
  long error;

  /** The time is up, or was none. */
  boolean timedOut;

  @Nullable Caller<Round> sleeper;
  @Nullable RefKioctx sleepsIn;

  ReadEvents(long minNr, long nr, UserAccess access) {
    this.minNr = minNr;
    this.nr = nr;
    this.access = access;
  }

  /** How many there are, or the error. */
  EventsRead result() {
    return new EventsRead(events.isEmpty() ? error : events.size(), List.copyOf(events));
  }
}
