package diorama.trace.export;

import diorama.trace.Message;
import diorama.trace.export.Timeline.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where in the order of entries and deliveries each message was sent.
 *
 * <p>Times tell it if they differ. Of one and the same instant only that is taken for granted which
 * the stamps and the rules of the machine prove: a message was sent after what its sender sent
 * before it; by somebody who had been handed something at that instant; by a context, which calls
 * again only once it was answered, after the last answer; as an answer, after the call. From there
 * on it may have been sent for as long as its sender was handed nothing else: what the sender was
 * told later is never taken for a cause.
 */
final class Sendings {
  /**
   * A message that was sent after the step of this number and before the next, -1 for the first.
   */
  record Sending(Message message, int place, long nanos) {}

  private static final int START = -1;

  private final List<Step> steps;
  private final ContextNames names;
  private final Map<String, List<Integer>> inboxes = new HashMap<>();

  /** The messages by sender, with the number of their delivery. */
  private final Map<String, List<Sending>> outboxes = new LinkedHashMap<>();

  private Sendings(List<Step> steps, ContextNames names) {
    this.steps = steps;
    this.names = names;
  }

  /** The sendings of all deliveries among these steps, in order. */
  static List<Sending> of(List<Step> steps, ContextNames names) {
    Sendings sendings = new Sendings(steps, names);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).what() instanceof Message m) {
        sendings.inboxes.computeIfAbsent(m.receiver(), r -> new ArrayList<>()).add(i);
        sendings
            .outboxes
            .computeIfAbsent(m.sender(), s -> new ArrayList<>())
            .add(new Sending(m, i, m.sentNanos()));
      }
    }
    List<Sending> placed = new ArrayList<>();
    sendings.outboxes.values().forEach(outbox -> placed.addAll(sendings.place(outbox)));
    placed.sort(
        Comparator.comparingInt(Sending::place)
            .thenComparingLong(Sending::nanos)
            .thenComparingLong(s -> s.message().sequence())
            .thenComparing(s -> s.message().sender()));
    return placed;
  }

  private List<Sending> place(List<Sending> outbox) {
    List<Sending> sent = new ArrayList<>(outbox);
    sent.sort(Comparator.comparingLong(s -> s.message().sequence()));
    int[] latest = new int[sent.size()];
    int next = Integer.MAX_VALUE;
    for (int i = sent.size() - 1; i >= 0; i--) {
      latest[i] = Math.min(sent.get(i).place() - 1, upTo(sent.get(i).message().sentNanos()));
      if (sent.get(i).message().sequence() > 0) {
        next = Math.min(next, latest[i]);
        latest[i] = next;
      }
    }
    List<Sending> placed = new ArrayList<>();
    int before = START;
    long nanos = Long.MIN_VALUE;
    for (int i = 0; i < latest.length; i++) {
      Message m = sent.get(i).message();
      int earliest = earliest(m, sent.get(i).place());
      long at = m.sentNanos();
      if (m.sequence() > 0) {
        before = Math.max(before, earliest);
        earliest = before;
        nanos = Math.max(nanos, at);
        at = nanos;
      }
      placed.add(new Sending(m, Math.min(latest[i], sectionEnd(m.sender(), earliest)), at));
    }
    return placed;
  }

  /** The last step that cannot have come after the message was sent. */
  private int earliest(Message m, int delivery) {
    boolean fromContext = names.of(m.sender()) != null;
    boolean toContext = names.of(m.receiver()) != null;
    List<Integer> inbox = inboxes.getOrDefault(m.sender(), List.of());
    int atTheInstant = START;
    for (int i = firstAfter(inbox, delivery - 1) - 1; i >= 0; i--) {
      int place = inbox.get(i);
      long nanos = steps.get(place).nanos();
      if (nanos < m.sentNanos()) {
        return Math.max(place, atTheInstant);
      }
      if (nanos == m.sentNanos()) {
        if (fromContext || (toContext && isFrom(m.receiver(), place))) {
          return place;
        }
        atTheInstant = place;
      }
    }
    return atTheInstant;
  }

  private boolean isFrom(String sender, int place) {
    return steps.get(place).what() instanceof Message m && m.sender().equals(sender);
  }

  /** The last step before the sender was handed something else. */
  private int sectionEnd(String sender, int from) {
    List<Integer> inbox = inboxes.getOrDefault(sender, List.of());
    int next = firstAfter(inbox, from);
    return next < inbox.size() ? inbox.get(next) - 1 : steps.size() - 1;
  }

  private static int firstAfter(List<Integer> places, int place) {
    int found = Collections.binarySearch(places, place);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** The last step that happened no later than this. */
  private int upTo(long nanos) {
    int low = 0;
    int high = steps.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (steps.get(middle).nanos() <= nanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
