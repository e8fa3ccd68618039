package diorama.engine.seeded;

/** A call that a context is about to make. Belongs to the thread of its {@link World}. */
public interface Pending {
  /** The context that makes the call, as an actor's number. */
  long source();

  /** The object that is called, as an actor's number. */
  long target();

  /** Which message of its context it is, counted from 1. */
  long sequence();

  /** Since when it has been pending, in virtual nanoseconds. */
  long since();

  /** The causal chain that it continues. */
  Chain chain();

  /** What a strategy wrote here, 0 at first. */
  long mark();

  /** Writes a strategy's own note. */
  void mark(long note);
}
