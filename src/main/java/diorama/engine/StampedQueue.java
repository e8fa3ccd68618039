package diorama.engine;

import akka.actor.ActorRef;
import akka.dispatch.Envelope;
import akka.dispatch.MessageQueue;
import akka.dispatch.UnboundedMessageQueueSemantics;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one mailbox: any number of senders, one receiver, messages of each sender in the
 * order in which it sent them. Each message is stamped as it is enqueued, each delivery counted.
 *
 * <p>The queue is a linked list (Vyukov's): a sender swaps its node into {@code last} and then
 * links its predecessor to it; the receiver follows the links from {@code first}, a node whose
 * message has been taken already.
 */
final class StampedQueue implements MessageQueue, UnboundedMessageQueueSemantics, Stamping {
  /** How often the receiver looks for a link that is about to be made before it yields. */
  private static final int LOOKS = 100;

  private static final VarHandle FIRST;
  private static final VarHandle LAST;
  private static final VarHandle DELIVERED;
  private static final VarHandle NEXT;

  static {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      FIRST = lookup.findVarHandle(StampedQueue.class, "first", Node.class);
      LAST = lookup.findVarHandle(StampedQueue.class, "last", Node.class);
      DELIVERED = lookup.findVarHandle(StampedQueue.class, "delivered", long.class);
      NEXT = lookup.findVarHandle(Node.class, "next", Node.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Sender self;
  private final @Nullable Recorder recorder;
  private final int index;
  private final Deliveries deliveries;
  private final @Nullable DeliveryLog log;

  private volatile Node last;

  /** Moved by the receiver only; read elsewhere to see whether anything waits. */
  private volatile Node first;

  /** Written by the receiver only, so that counting is a plain addition. */
  private volatile long delivered;

  /**
   * The queue of an actor.
   *
   * @param self the actor as a sender
   * @param logSize how many deliveries to remember, 0 for none
   */
  StampedQueue(Sender self, Deliveries deliveries, int logSize) {
    this.self = self;
    this.recorder = self.recorder();
    this.index = recorder == null ? Recorder.OUTSIDE : self.index(recorder);
    this.deliveries = deliveries;
    this.log = logSize == 0 ? null : new DeliveryLog(logSize);
    Node stub = new Node(null, null, 0);
    first = stub;
    last = stub;
  }

  @Override
  public void enqueue(ActorRef receiver, Envelope envelope) {
    Sender sender = EngineThread.running();
    Node node = sender == null ? fromNoActor(envelope) : new Node(envelope, sender, sender.next());
    Node before = (Node) LAST.getAndSet(this, node);
    NEXT.setRelease(before, node);
  }

  private static Node fromNoActor(Envelope envelope) {
    Stamp stamp = EngineThread.stamp();
    return stamp == null
        ? new Node(envelope, null, 0)
        : new Node(envelope, stamp.sender(), stamp.sequence());
  }

  @Override
  public @Nullable Envelope dequeue() {
    Node node = take();
    if (node == null) {
      return null;
    }
    DELIVERED.setOpaque(this, delivered + 1);
    if (log != null) {
      log.append(node.sender == null ? ActorId.OUTSIDE : node.sender.id(), node.sequence);
    }
    if (recorder != null) {
      record(recorder, node);
    }
    return node.takeEnvelope();
  }

  private void record(Recorder to, Node node) {
    int sender = node.sender == null ? Recorder.OUTSIDE : node.sender.index(to);
    to.delivered(index, sender, sender == Recorder.OUTSIDE ? 0 : node.sequence);
  }

  private @Nullable Node take() {
    Node taken = first;
    Node node = taken.next;
    if (node == null) {
      if (taken == last) {
        return null;
      }
      node = awaitLink(taken);
    }
    FIRST.setRelease(this, node);
    // A node that a collection moved to the old generation would drag every later one after it.
    NEXT.setOpaque(taken, null);
    return node;
  }

  /** A sender has swapped its node in and is about to link it, unless it lost its processor. */
  @SuppressWarnings("ThreadPriorityCheck") // The sender may need this very processor.
  private static Node awaitLink(Node taken) {
    for (int looks = 1; ; looks++) {
      Node node = taken.next;
      if (node != null) {
        return node;
      }
      if (looks % LOOKS == 0) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public boolean hasMessages() {
    return first != last;
  }

  /** Not known without a walk along the list, and Akka allows 0 for that. */
  @Override
  public int numberOfMessages() {
    return 0;
  }

  @Override
  public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
    for (Node node = take(); node != null; node = take()) {
      deadLetters.enqueue(owner, node.takeEnvelope());
    }
    deliveries.retire(this);
  }

  @Override
  public Sender sender() {
    return self;
  }

  /** The path of the actor below the system. */
  String path() {
    return self.path();
  }

  /** How many messages the actor has been handed so far; from any thread. */
  long delivered() {
    return (long) DELIVERED.getOpaque(this);
  }

  /** The last deliveries, oldest first; empty when none are logged. */
  List<Delivery> log() {
    return log == null ? List.of() : log.read();
  }

  /** A message with its stamp. */
  private static final class Node {
    private @Nullable Envelope envelope;
    private @Nullable Sender sender;
    private final long sequence;
    private volatile @Nullable Node next;

    Node(@Nullable Envelope envelope, @Nullable Sender sender, long sequence) {
      this.envelope = envelope;
      this.sender = sender;
      this.sequence = sequence;
    }

    /** The node stays as the list's first until the next message comes; its message must not. */
    Envelope takeEnvelope() {
      Envelope taken = envelope;
      envelope = null;
      sender = null;
      if (taken == null) {
        throw new IllegalStateException("a message was taken twice");
      }
      return taken;
    }
  }
}
