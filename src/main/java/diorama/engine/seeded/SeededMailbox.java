package diorama.engine.seeded;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import akka.dispatch.UnboundedMailbox;
import com.typesafe.config.Config;
import diorama.engine.ActorId;
import java.util.Locale;
import scala.Option;

/**
 * The mailbox type of the seeded engine. Its one setting, {@code kind}, says what sort of actors
 * have it: context, object or observer.
 */
public final class SeededMailbox implements MailboxType, ProducesMessageQueue<MessageQueue> {
  private final Kind kind;

  /** Called by Akka, once for each system and kind. */
  public SeededMailbox(ActorSystem.Settings settings, Config config) {
    kind = Kind.valueOf(config.getString("kind").toUpperCase(Locale.ROOT));
  }

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    String path = owner.get().path().toStringWithoutAddress();
    World world = Lane.current();
    if (world != null && path.startsWith("/user/lane-")) {
      int lane = path.indexOf('/', 1);
      int root = path.indexOf('/', path.indexOf('/', lane + 1) + 1);
      String below = root < 0 ? "" : path.substring(root + 1);
      return new SeededQueue(world, below, ActorId.of(below), kind);
    }
    Lane lane = Lanes.of(system.get()).find(path);
    return lane == null ? new UnboundedMailbox.MessageQueue() : new LaneQueue(lane);
  }
}
