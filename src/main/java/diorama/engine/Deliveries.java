package diorama.engine;

import akka.actor.AbstractExtensionId;
import akka.actor.ClassicActorSystemProvider;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * How many messages a system's actors have been handed, and which came last. Counts the actors that
 * have a {@link StampingMailbox}: all typed ones in an engine's system. Safe for all threads.
 *
 * <p>The hot path pays one addition a delivery. Reading walks over the live actors; an actor that
 * stops leaves its count with every meter that it was under and is then forgotten.
 */
public final class Deliveries implements Extension {
  private static final Id ID = new Id();

  private final Meter all = new Meter("", this);
  private final Map<String, Meter> meters = new ConcurrentHashMap<>();
  private final Map<String, Recorder> recorders = new ConcurrentHashMap<>();

  private Deliveries() {}

  /** The deliveries of this system. */
  public static Deliveries of(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  /** How many messages the system's actors have been handed since it was started. */
  public long total() {
    return all.total();
  }

  /**
   * A meter for the actors at and below a path such as {@code /user/machine-17}. It counts actors
   * that are live now or are started later, so ask for it before the machine's actors can stop. Who
   * asks twice for one path gets the same meter; close it when the machine is gone.
   */
  public Meter meter(String path) {
    Meter added = new Meter(path, this);
    Meter known = meters.putIfAbsent(path, added);
    if (known != null) {
      return known;
    }
    // Known first and introduced then: a queue that is enlisted meanwhile comes in by either way.
    all.introduce(added);
    return added;
  }

  /**
   * Has every delivery recorded to the actors at and below a path such as {@code /user/machine-17}
   * that are started from now on, until {@link #leaveUnrecorded}.
   *
   * @throws IllegalStateException if this path is recorded already
   */
  public void record(String path, Recorder recorder) {
    if (recorders.putIfAbsent(path, recorder) != null) {
      throw new IllegalStateException(path + " is recorded already");
    }
  }

  /** Leaves alone actors at and below this path that are started from now on. */
  public void leaveUnrecorded(String path) {
    recorders.remove(path);
  }

  /** The sender that a new actor with this path is. */
  public Sender sender(String path) {
    if (!recorders.isEmpty()) {
      for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
        Recorder recorder = recorders.get(path.substring(0, end));
        if (recorder != null) {
          String below = path.substring(Math.min(end + 1, path.length()));
          return new Sender(path, recorder, recorder.actor(below));
        }
      }
    }
    return new Sender(path, null, Recorder.OUTSIDE);
  }

  /**
   * The last deliveries to the live actor with this path, oldest first; empty if none are known.
   */
  public List<Delivery> log(String path) {
    StampedQueue queue = all.find(path);
    return queue == null ? List.of() : queue.log();
  }

  void enlist(StampedQueue queue) {
    all.join(queue);
    above(queue, meter -> meter.join(queue));
  }

  void retire(StampedQueue queue) {
    all.retire(queue);
    above(queue, meter -> meter.retire(queue));
  }

  /** Calls for each meter whose path is the queue's or an ancestor of it. */
  private void above(StampedQueue queue, Consumer<Meter> call) {
    if (meters.isEmpty()) {
      return;
    }
    String path = queue.path();
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      Meter meter = meters.get(path.substring(0, end));
      if (meter != null) {
        call.accept(meter);
      }
    }
  }

  void forget(Meter meter) {
    meters.remove(meter.path(), meter);
  }

  private static final class Id extends AbstractExtensionId<Deliveries> {
    @Override
    public Deliveries createExtension(ExtendedActorSystem system) {
      return new Deliveries();
    }
  }
}
