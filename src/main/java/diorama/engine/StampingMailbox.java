package diorama.engine;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import com.typesafe.config.Config;
import scala.Option;

/**
 * The mailbox type of the engines: unbounded, stamps each message with its sender and counts each
 * delivery. Named in {@code akka.actor.typed.default-mailbox.mailbox-type}; its one setting is
 * {@code delivery-log-size}, how many of its last deliveries each actor remembers (0: none).
 *
 * <p>{@link Deliveries} reads what it counted.
 */
public final class StampingMailbox implements MailboxType, ProducesMessageQueue<StampedQueue> {
  private static final int MOST = 1 << 30;

  private final int logSize;

  /** Called by Akka, once for each system. */
  public StampingMailbox(ActorSystem.Settings settings, Config config) {
    logSize = config.getInt("delivery-log-size");
    if (logSize < 0 || logSize > MOST) {
      throw new IllegalArgumentException(
          "delivery-log-size = " + logSize + ": has to be from 0 to " + MOST);
    }
  }

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    String path = owner.get().path().toStringWithoutAddress();
    Deliveries deliveries = Deliveries.of(system.get());
    StampedQueue queue = new StampedQueue(deliveries.sender(path), deliveries, logSize);
    deliveries.enlist(queue);
    return queue;
  }
}
