package diorama.engine;

/** A message queue whose actor stamps what it sends. */
public interface Stamping {
  /** The queue's actor as a sender. */
  Sender sender();
}
