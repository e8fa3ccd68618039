package diorama.check;

import static diorama.check.TracepointName.ALLOC_WORKQUEUE;
import static diorama.check.TracepointName.CACHE_AT_REST;
import static diorama.check.TracepointName.DESTROY_WORKQUEUE;
import static diorama.check.TracepointName.WORKQUEUE_NOT_PUBLISHED;
import static diorama.check.TracepointName.WORKQUEUE_PUBLISHED;

import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Of the workqueues that several writers make for one superblock, one is published and stays, and
 * each other one is destroyed by who made it.
 */
public final class WorkqueuePublication implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "leaked-workqueue";

  /** The race that must not end so. */
  public static final String RACE = "wq-publication";

  private final Map<Subject, Event> made = new LinkedHashMap<>();
  private @Nullable Subject published;
  private long contested;

  /** How many writers came second: how often the violation could have happened. */
  public synchronized long contested() {
    return contested;
  }

  @Override
  public boolean wants(String name) {
    return switch (name) {
      case ALLOC_WORKQUEUE,
          DESTROY_WORKQUEUE,
          WORKQUEUE_PUBLISHED,
          WORKQUEUE_NOT_PUBLISHED,
          CACHE_AT_REST ->
          true;
      default -> false;
    };
  }

  @Override
  public synchronized void see(Event event, Supplier<History> soFar, Findings findings) {
    Subject queue = event.named(Subject.Kind.WORKQUEUE);
    if (queue == null) {
      atRest(event, findings);
      return;
    }
    switch (event.name()) {
      case ALLOC_WORKQUEUE -> made.put(queue, event);
      case WORKQUEUE_NOT_PUBLISHED -> contested++;
      case WORKQUEUE_PUBLISHED -> {
        if (published != null) {
          findings.found(violation(event, event));
        }
        published = queue;
      }
      default -> {
        made.remove(queue);
        if (queue.equals(published)) {
          findings.found(violation(event, event));
        }
      }
    }
  }

  private void atRest(Event event, Findings findings) {
    List<Event> left = new ArrayList<>();
    made.forEach(
        (queue, how) -> {
          if (!queue.equals(published)) {
            left.add(how);
          }
        });
    left.forEach(how -> findings.found(violation(how, event)));
    left.forEach(how -> made.remove(how.subject()));
  }

  private static Violation violation(Event witness, Event seen) {
    return new Violation(
        ID,
        RACE,
        Violation.UNKNOWN,
        seen.sequence(),
        seen.nanos(),
        List.of(Witness.of(Role.ABANDONED, witness)),
        null);
  }
}
