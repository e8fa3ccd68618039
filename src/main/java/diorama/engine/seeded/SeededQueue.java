package diorama.engine.seeded;

import akka.actor.ActorRef;
import akka.dispatch.Envelope;
import akka.dispatch.Mailbox;
import akka.dispatch.MessageQueue;
import akka.dispatch.UnboundedMessageQueueSemantics;
import org.jspecify.annotations.Nullable;

/**
 * The queue of an actor that lives in a {@link World}: messages that may be handed out, and a count
 * of those that are held back. Touched by the world's thread only.
 */
final class SeededQueue implements MessageQueue, UnboundedMessageQueueSemantics {
  private final World world;
  private final String path;
  private final long id;
  private final Kind kind;

  private @Nullable Letter first;
  private @Nullable Letter last;
  private int held;

  /** The mailbox, while it is scheduled but waits for a message that is held back. */
  private @Nullable Mailbox parked;

  /** How many messages this actor has sent. */
  private long sent;

  /** For a context: the chain that it runs in, and whom it has called and waits for. */
  private @Nullable Chain chain;

  private @Nullable SeededQueue called;
  private boolean closed;

  /**
   * @param path the actor's path below its world's root
   * @param id its number
   * @param kind what sort of actor it is
   */
  SeededQueue(World world, String path, long id, Kind kind) {
    this.world = world;
    this.path = path;
    this.id = id;
    this.kind = kind;
  }

  @Override
  public void enqueue(ActorRef receiver, Envelope envelope) {
    world.sent(this, envelope);
  }

  /** Adds a message that may be handed out. */
  void append(Letter letter) {
    Letter before = last;
    if (before == null) {
      first = letter;
    } else {
      before.next = letter;
    }
    last = letter;
  }

  @Override
  public @Nullable Envelope dequeue() {
    Letter letter = world.isClosing() ? null : take();
    if (letter == null) {
      return null;
    }
    world.delivered(letter);
    return letter.envelope;
  }

  private @Nullable Letter take() {
    Letter letter = first;
    if (letter != null) {
      first = letter.next;
      if (first == null) {
        last = null;
      }
    }
    return letter;
  }

  /** Also true of messages that are held back: their actor's mailbox is then parked. */
  @Override
  public boolean hasMessages() {
    return !world.isClosing() && (first != null || held > 0);
  }

  boolean isReady() {
    return first != null;
  }

  @Override
  public int numberOfMessages() {
    return 0;
  }

  @Override
  public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
    closed = true;
    world.gone(this);
    for (Letter letter = take(); letter != null; letter = take()) {
      deadLetters.enqueue(owner, letter.envelope);
    }
    held = 0;
  }

  void hold() {
    held++;
  }

  /** A message that was held back may be handed out now. */
  void release(Letter letter) {
    held--;
    append(letter);
  }

  void park(Mailbox mailbox) {
    parked = mailbox;
  }

  /** The mailbox that waits for a message, to be run now; null if it is not waiting. */
  @Nullable Mailbox unpark() {
    Mailbox mailbox = parked;
    parked = null;
    return mailbox;
  }

  /** Whether the mailbox waits though Akka has told it something, past this queue. */
  boolean isToldByAkka() {
    Mailbox mailbox = parked;
    return mailbox != null && mailbox.hasSystemMessages();
  }

  long nextSequence() {
    return ++sent;
  }

  boolean isContext() {
    return kind == Kind.CONTEXT;
  }

  /** Whether a context that tells this actor something makes a call. The root only watches. */
  boolean isCalled() {
    return kind == Kind.OBJECT && !path.isEmpty();
  }

  boolean isClosed() {
    return closed;
  }

  /** The actor's path below its world's root; empty for the root itself. */
  String path() {
    return path;
  }

  long id() {
    return id;
  }

  World world() {
    return world;
  }

  @Nullable Chain chain() {
    return chain;
  }

  void calls(SeededQueue object, Chain inChain) {
    called = object;
    chain = inChain;
  }

  /** Whether this context waits for an answer of the actor. */
  boolean waitsFor(@Nullable SeededQueue object) {
    return called != null && called == object;
  }

  boolean isCalling() {
    return called != null;
  }

  void answered() {
    called = null;
  }

  void follows(Chain cause) {
    chain = cause;
  }

  @Override
  public String toString() {
    return path;
  }
}
