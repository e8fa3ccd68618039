package diorama.engine.seeded;

import org.jspecify.annotations.Nullable;

/** Is told what happens in one world, in that order, on the world's thread. */
public interface WorldListener {
  /** The path of a sender that is no actor of the world. */
  String OUTSIDE = "-";

  /** Wants to know nothing. */
  WorldListener NONE = new WorldListener() {};

  /**
   * An actor is handed a message.
   *
   * @param receiver its path below the world's root; empty for the root
   * @param sender the path of the actor that sent it, or armed the timer that tells it
   * @param sequence which message of its sender, counted from 1 over all of its receivers
   * @param message what it is handed
   * @param sent when it was sent, in virtual nanoseconds
   * @param nanos virtual time
   */
  default void delivered(
      String receiver, String sender, long sequence, Object message, long sent, long nanos) {}

  /**
   * A context makes its call, or a timer fires: everything that happens until the next one follows
   * from it.
   *
   * @param source the number of the context that calls, or of the actor that armed the timer
   * @param target the number of the object that is called; for a timer that of its source
   * @param message what the object is told; null for a timer
   * @param nanos virtual time
   */
  default void chosen(long source, long target, @Nullable Object message, long nanos) {}
}
