package diorama.engine.seeded;

/** Is told of the deliveries of one world, in their order, on the world's thread. */
@FunctionalInterface
public interface DeliveryListener {
  /** The path of a sender that is no actor of the world. */
  String OUTSIDE = "-";

  /** Wants to know nothing. */
  DeliveryListener NONE = (receiver, sender, sequence, nanos) -> {};

  /**
   * An actor is handed a message.
   *
   * @param receiver its path below the world's root; empty for the root
   * @param sender the path of the actor that sent it, or armed the timer that tells it
   * @param sequence which message of its sender, counted from 1 over all of its receivers
   * @param nanos virtual time
   */
  void delivered(String receiver, String sender, long sequence, long nanos);
}
