package diorama.trace.export;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** The system calls that were entered and have not returned yet, as slices of their tracks. */
final class OpenCalls {
  private static final String CATEGORY = "syscall";

  private final TraceEvents events;
  private final Map<Track, Deque<String>> open = new LinkedHashMap<>();

  OpenCalls(TraceEvents events) {
    this.events = events;
  }

  void enter(Track track, String function, long nanos, Map<String, Object> args) {
    open.computeIfAbsent(track, t -> new ArrayDeque<>()).push(function);
    events.begin(CATEGORY, track, function, nanos, args);
  }

  /** Ends a call; if its beginning is not in the trace, an instant is all that is left of it. */
  void exit(Track track, String function, long nanos, Map<String, Object> args) {
    Deque<String> calls = open.get(track);
    if (calls == null || !calls.contains(function)) {
      events.instant(CATEGORY, track, function + " returns", nanos, args);
      return;
    }
    while (!calls.getFirst().equals(function)) {
      events.end(CATEGORY, track, calls.pop(), nanos, didNotReturn());
    }
    events.end(CATEGORY, track, calls.pop(), nanos, args);
  }

  /** Ends what a context was in when it died. */
  void die(Track track, long nanos) {
    Deque<String> calls = open.getOrDefault(track, new ArrayDeque<>());
    while (!calls.isEmpty()) {
      events.end(CATEGORY, track, calls.pop(), nanos, didNotReturn());
    }
  }

  /** Ends what has not returned when the trace ends. */
  void endAll(long nanos) {
    open.keySet().forEach(track -> die(track, nanos));
  }

  private static Map<String, Object> didNotReturn() {
    return Map.of("returned", "no");
  }
}
