package diorama.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was recorded of one machine, in order: plain data.
 *
 * @param entries by ascending sequence number
 * @param rareFrom the first sequence number from which no rare event is missing, 1 if all are here
 * @param frequentFrom the same for page and buffer events, which leave a recorder sooner
 */
public record History(List<Recorded> entries, long rareFrom, long frequentFrom) {
  public History {
    entries = List.copyOf(entries);
  }

  /** A history from which nothing is missing. */
  public static History of(List<? extends Recorded> entries) {
    return new History(List.copyOf(entries), 1, 1);
  }

  /** The tracepoints. */
  public Stream<Event> events() {
    return entries.stream().filter(Event.class::isInstance).map(Event.class::cast);
  }

  /** What the kernel complained about. */
  public Stream<KernelReport> reports() {
    return entries.stream().filter(KernelReport.class::isInstance).map(KernelReport.class::cast);
  }

  /** The first tracepoint that is so, or null. */
  public @Nullable Event first(Predicate<Event> wanted) {
    return events().filter(wanted).findFirst().orElse(null);
  }

  /** The last tracepoint that is so, or null. */
  public @Nullable Event last(Predicate<Event> wanted) {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i) instanceof Event event && wanted.test(event)) {
        return event;
      }
    }
    return null;
  }

  /** What had been recorded when this sequence number was given, itself included. */
  public History upTo(long sequence) {
    List<Recorded> until = new ArrayList<>();
    for (Recorded entry : entries) {
      if (entry.sequence() <= sequence) {
        until.add(entry);
      }
    }
    return new History(until, rareFrom, frequentFrom);
  }
}
