package diorama.engine;

/**
 * Is told of every message that an actor of one machine is handed. Named to {@link
 * Deliveries#record}.
 *
 * <p>Called by all threads that run actors of the machine, and on their hot path.
 */
public interface Recorder {
  /** Stands for a sender that the recorder does not know: an actor of elsewhere, or no actor. */
  int OUTSIDE = -1;

  /**
   * An actor's mailbox was made; its actor has been handed nothing.
   *
   * @param path the actor's path below the recorded one, empty for that one itself
   * @return what this actor is called from now on, 0 or more
   */
  int actor(String path);

  /**
   * An actor is about to handle a message. The calls for two messages of which one led to the other
   * come in that order.
   *
   * @param receiver what {@link #actor} called it
   * @param sender what {@link #actor} called who sent it, or {@link #OUTSIDE}
   * @param sequence which of the sender's messages it is, counted from 1; 0 if outside
   */
  void delivered(int receiver, int sender, long sequence);
}
