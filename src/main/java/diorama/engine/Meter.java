package diorama.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the deliveries to all actors at and below one path, those included that have stopped. Safe
 * for all threads; slows no delivery.
 */
public final class Meter implements AutoCloseable {
  private final String path;
  private final Deliveries deliveries;
  private final Set<StampedQueue> live = Collections.newSetFromMap(new IdentityHashMap<>());
  private long retired;

  Meter(String path, Deliveries deliveries) {
    this.path = path;
    this.deliveries = deliveries;
  }

  /** The path at and below which this counts, for instance {@code /user/machine-17}. */
  public String path() {
    return path;
  }

  /** How many messages have been handed to actors here, since each of them was started. */
  public synchronized long total() {
    long sum = retired;
    for (StampedQueue queue : live) {
      sum += queue.delivered();
    }
    return sum;
  }

  /** Ends the counting for everybody who was given this meter; what it counted is forgotten. */
  @Override
  public void close() {
    deliveries.forget(this);
  }

  synchronized void join(StampedQueue queue) {
    live.add(queue);
  }

  /** The queue's actor has stopped. Its count stays, the queue does not. */
  synchronized void retire(StampedQueue queue) {
    if (live.remove(queue)) {
      retired += queue.delivered();
    }
  }

  /** Lets another meter join those of this meter's live queues that it is about. */
  synchronized void introduce(Meter newcomer) {
    for (StampedQueue queue : live) {
      if (newcomer.covers(queue.path())) {
        newcomer.join(queue);
      }
    }
  }

  /** The live queue of the actor with this path. */
  synchronized @Nullable StampedQueue find(String other) {
    for (StampedQueue queue : live) {
      if (queue.path().equals(other)) {
        return queue;
      }
    }
    return null;
  }

  private boolean covers(String other) {
    return other.equals(path) || other.startsWith(path + "/");
  }

  @Override
  public String toString() {
    return "Meter[" + path + ": " + total() + "]";
  }
}
