package diorama.trace.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the Chrome trace-event format demands, as far as a viewer goes wrong without it. */
final class TraceFormat {
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Deque<String>> open = new HashMap<>();
  private final Map<String, BigDecimal> sliceEnds = new HashMap<>();
  private final Map<Integer, BigDecimal> arrows = new HashMap<>();
  private final Set<Integer> ended = new HashSet<>();
  private final Set<String> named = new HashSet<>();
  private BigDecimal now = BigDecimal.valueOf(Long.MIN_VALUE);

  private TraceFormat() {}

  static List<JsonNode> events(String json) {
    List<JsonNode> events = new ArrayList<>();
    parse(json).get("traceEvents").forEach(events::add);
    return events;
  }

  static JsonNode parse(String json) {
    try {
      return new ObjectMapper()
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What is wrong with these events; nothing if they are as they should be. */
  static List<String> problems(List<JsonNode> events) {
    TraceFormat format = new TraceFormat();
    events.forEach(format::see);
    format.open.forEach(
        (track, calls) -> {
          if (!calls.isEmpty()) {
            format.problems.add(calls + " of " + track + " has no end");
          }
        });
    format.arrows.keySet().stream()
        .filter(id -> !format.ended.contains(id))
        .forEach(id -> format.problems.add("arrow " + id + " has no end"));
    return format.problems;
  }

  private void see(JsonNode event) {
    String phase = event.get("ph").asText();
    String track = event.get("pid") + "/" + event.get("tid");
    if (phase.equals("M")) {
      if (name(event).endsWith("_name")) {
        named.add(name(event).replace("_name", " ") + track);
      }
      return;
    }
    check(named.contains("thread " + track) || named.contains("process " + track), "name", event);
    check(named.contains("process " + event.get("pid") + "/" + event.get("pid")), "group", event);
    BigDecimal ts = event.get("ts").decimalValue();
    check(ts.compareTo(now) >= 0, "order", event);
    now = ts;
    switch (phase) {
      case "B" -> open.computeIfAbsent(track, t -> new ArrayDeque<>()).push(name(event));
      case "E" -> {
        Deque<String> calls = open.getOrDefault(track, new ArrayDeque<>());
        check(name(event).equals(calls.poll()), "end without beginning", event);
      }
      case "X" -> {
        BigDecimal before = sliceEnds.get(track);
        check(before == null || before.compareTo(ts) <= 0, "overlap", event);
        sliceEnds.put(track, ts.add(event.get("dur").decimalValue()));
      }
      case "s" -> {
        check(arrows.put(event.get("id").asInt(), ts) == null, "second start", event);
        check(inSlice(track, ts), "arrow from nowhere", event);
      }
      case "f" -> {
        BigDecimal start = arrows.get(event.get("id").asInt());
        check(start != null && start.compareTo(ts) < 0, "arrow backwards", event);
        check(ended.add(event.get("id").asInt()), "second end", event);
        check(inSlice(track, ts) && event.get("bp").asText().equals("e"), "nowhere", event);
      }
      case "i" -> check("tg".contains(event.get("s").asText()), "scope", event);
      case "C" -> check(event.get("args").get("messages").asInt() >= 0, "negative", event);
      default -> problems.add("unknown phase in " + event);
    }
  }

  private boolean inSlice(String track, BigDecimal ts) {
    BigDecimal end = sliceEnds.get(track);
    return end != null && end.compareTo(ts) > 0;
  }

  private static String name(JsonNode event) {
    return event.get("name").asText();
  }

  private void check(boolean right, String what, JsonNode event) {
    if (!right) {
      problems.add(what + ": " + event);
    }
  }
}
