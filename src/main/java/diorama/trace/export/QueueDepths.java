package diorama.trace.export;

import diorama.trace.Message;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** How many messages were under way to a receiver after one of them was sent or handed over. */
final class QueueDepths {
  private final IdentityHashMap<Mark, Integer> depths = new IdentityHashMap<>();

  private QueueDepths() {}

  static QueueDepths of(List<Mark> marks) {
    QueueDepths all = new QueueDepths();
    Map<String, Integer> now = new HashMap<>();
    for (Mark mark : marks) {
      if (mark instanceof Mark.Sent sent) {
        all.depths.put(mark, count(now, sent.message(), 1));
      } else if (mark instanceof Mark.Delivered delivered) {
        all.depths.put(mark, count(now, delivered.message(), -1));
      }
    }
    return all;
  }

  private static int count(Map<String, Integer> now, Message message, int change) {
    return now.merge(message.receiver(), change, Integer::sum);
  }

  /** The depth after this sending or delivery. */
  int after(Mark mark) {
    return depths.getOrDefault(mark, 0);
  }
}
