package diorama.trace;

import static diorama.check.TracepointName.AIO_COMPLETE;
import static diorama.check.TracepointName.EVENT;

import diorama.check.Event;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a long story short: what happened many times in a row is told once, with its count. */
final class Bundles {
  private record Key(Context context, String words) {}

  private Bundles() {}

  /**
   * Between two moments that stand for themselves, those of one kind by one context become one, at
   * the time of the last; bios that end while others are still sent off do not tear it apart.
   */
  static List<Moment> tie(List<Moment> moments) {
    List<Moment> tied = new ArrayList<>();
    Map<Key, List<Moment>> open = new LinkedHashMap<>();
    for (Moment m : joinEvents(moments)) {
      if (m.bundle() == null) {
        flush(open, tied);
        tied.add(m);
      } else {
        open.computeIfAbsent(new Key(m.entry().context(), m.bundle()), k -> new ArrayList<>())
            .add(m);
      }
    }
    flush(open, tied);
    return tied;
  }

  private static void flush(Map<Key, List<Moment>> open, List<Moment> tied) {
    List<Moment> segment = new ArrayList<>();
    open.forEach(
        (key, all) -> {
          Moment last = all.get(all.size() - 1);
          String text = all.size() == 1 ? last.text() : String.format(key.words(), all.size());
          segment.add(Moment.of(last.entry(), text, last.note()));
        });
    segment.sort((x, y) -> Long.compare(x.entry().sequence(), y.entry().sequence()));
    tied.addAll(segment);
    open.clear();
  }

  /** The event in the ring is half of aio_complete: it becomes a note of that row. */
  private static List<Moment> joinEvents(List<Moment> moments) {
    List<Moment> joined = new ArrayList<>();
    int events = 0;
    Moment waiting = null;
    for (Moment m : moments) {
      if (isNamed(m, EVENT)) {
        events++;
        Moment told =
            new Moment(m.entry(), "event #" + events + " stored", m.text(), m.decisive(), null);
        Moment before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
        if (before != null && isHalfOf(before, m)) {
          joined.set(joined.size() - 1, join(before, events, m));
        } else if (waiting == null) {
          waiting = told;
          joined.add(told);
          continue;
        } else {
          joined.add(told);
        }
      } else if (waiting != null && isNamed(m, AIO_COMPLETE) && isHalfOf(m, waiting)) {
        joined.remove(waiting);
        joined.add(join(m, events, waiting));
      } else {
        joined.add(m);
      }
      waiting = null;
    }
    return joined;
  }

  private static Moment join(Moment complete, int number, Moment event) {
    Subject completed = named(complete);
    Subject named = named(event);
    String whose = named == null || named.equals(completed) ? "" : " names " + named.label();
    Moment noted = complete.withNote("event #" + number + whose);
    return event.decisive() ? noted.decisiveMoment() : noted;
  }

  private static @Nullable Subject named(Moment moment) {
    return moment.entry() instanceof Event event ? event.subject() : null;
  }

  private static boolean isHalfOf(Moment complete, Moment event) {
    return isNamed(complete, AIO_COMPLETE)
        && complete.entry().context().equals(event.entry().context());
  }

  private static boolean isNamed(@Nullable Moment moment, String name) {
    return moment != null && moment.entry() instanceof Event event && event.is(name);
  }
}
