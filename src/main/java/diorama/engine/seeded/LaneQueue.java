package diorama.engine.seeded;

import akka.dispatch.UnboundedMailbox;

/** The queue of a lane's own actor: what it is told is no part of a world. */
final class LaneQueue extends UnboundedMailbox.MessageQueue {
  private static final long serialVersionUID = 1;

  private final transient Lane lane;

  LaneQueue(Lane lane) {
    this.lane = lane;
  }

  Lane lane() {
    return lane;
  }
}
