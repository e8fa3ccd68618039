package diorama.engine.seeded;

/**
 * Something that can happen next: a call that a context is about to make, or the next timer.
 *
 * <p>Belongs to the thread of its {@link World}.
 */
public abstract sealed class Pending permits Letter, Timer {
  private final Chain chain;
  private long mark;

  Pending(Chain chain) {
    this.chain = chain;
  }

  /** The context that makes the call, or the actor that armed the timer, as an actor's number. */
  public abstract long source();

  /** The object that is called, as an actor's number; 0 for a timer. */
  public abstract long target();

  /** Which message of its source it is, counted from 1. */
  public abstract long sequence();

  /** Since when it has been pending, in virtual nanoseconds; for a timer, when it is due. */
  public abstract long nanos();

  /** Whether it is a timer: taking it moves the clock to {@link #nanos}. */
  public final boolean isTimer() {
    return this instanceof Timer;
  }

  /** The causal chain that it continues. */
  public final Chain chain() {
    return chain;
  }

  /** What a strategy wrote here, 0 at first. */
  public final long mark() {
    return mark;
  }

  /** Writes a strategy's own note. */
  public final void mark(long note) {
    mark = note;
  }
}
