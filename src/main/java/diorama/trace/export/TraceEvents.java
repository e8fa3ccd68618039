package diorama.trace.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events in the Chrome trace-event format, in the order in which they are added, one a line. */
final class TraceEvents {
  private static final String MESSAGE = "message";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Nanoseconds are the third digit of a microsecond. */
  private static final int DIGITS = 3;

  /** How long a message's slice is drawn; a viewer draws arrows between slices only. */
  private static final long SHORT_NANOS = 1;

  private final List<Map<String, Object>> events = new ArrayList<>();

  private Map<String, Object> add(String phase, Track track, String name) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("ph", phase);
    event.put("pid", track.pid());
    event.put("tid", track.tid());
    event.put("name", name);
    events.add(event);
    return event;
  }

  private Map<String, Object> add(
      String phase, String category, Track track, String name, long nanos) {
    Map<String, Object> event = add(phase, track, name);
    event.put("cat", category);
    event.put("ts", micros(nanos));
    return event;
  }

  private static BigDecimal micros(long nanos) {
    return BigDecimal.valueOf(nanos, DIGITS);
  }

  /** What a process or a track is called, and where it stands. */
  void name(String kind, Track track, String name, int place) {
    add("M", track, kind + "_name").put("args", Map.of("name", name));
    add("M", track, kind + "_sort_index").put("args", Map.of("sort_index", place));
  }

  void begin(String category, Track track, String name, long nanos, Map<String, Object> args) {
    add("B", category, track, name, nanos).put("args", args);
  }

  void end(String category, Track track, String name, long nanos, Map<String, Object> args) {
    add("E", category, track, name, nanos).put("args", args);
  }

  void instant(String category, Track track, String name, long nanos, Map<String, Object> args) {
    Map<String, Object> event = add("i", category, track, name, nanos);
    event.put("s", "t");
    event.put("args", args);
  }

  /** An instant of the whole machine. */
  void globalInstant(
      String category, Track track, String name, long nanos, Map<String, Object> args) {
    Map<String, Object> event = add("i", category, track, name, nanos);
    event.put("s", "g");
    event.put("args", args);
  }

  /** Where an arrow begins. */
  void flowStart(Track track, String name, long nanos, int id, Map<String, Object> args) {
    slice(track, name, nanos, args);
    add("s", MESSAGE, track, name, nanos).put("id", id);
  }

  /** Where an arrow ends. */
  void flowEnd(Track track, String name, long nanos, int id, Map<String, Object> args) {
    slice(track, name, nanos, args);
    Map<String, Object> event = add("f", MESSAGE, track, name, nanos);
    event.put("id", id);
    event.put("bp", "e");
  }

  private void slice(Track track, String name, long nanos, Map<String, Object> args) {
    Map<String, Object> event = add("X", MESSAGE, track, name, nanos);
    event.put("dur", micros(SHORT_NANOS));
    event.put("args", args);
  }

  /** How many messages wait. */
  void counter(Track track, String name, long nanos, int value) {
    add("C", MESSAGE, track, name, nanos).put("args", Map.of("messages", value));
  }

  /** The document, ended by a newline. */
  String json(Map<String, Object> otherData) {
    StringBuilder out = new StringBuilder("{\"displayTimeUnit\":\"ns\",\n\"otherData\":");
    out.append(line(otherData)).append(",\n\"traceEvents\":[");
    for (int i = 0; i < events.size(); i++) {
      out.append(i == 0 ? "\n" : ",\n").append(line(events.get(i)));
    }
    return out.append("\n]}\n").toString();
  }

  private static String line(Map<String, Object> value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a trace event cannot be written as JSON", e);
    }
  }
}
