package diorama.kernel.sched;

/**
 * The context that waits for an object's answer, as the object sees it.
 *
 * <p>Exactly one of {@link #answer}, {@link #wake} and {@link #oops} is called for each request, by
 * the object's actor, at once or later.
 *
 * @param <R> what the answer holds
 */
public interface Caller<R> {
  /** Who calls. */
  Context context();

  /** The call returns. A spinning caller goes on without a delay. */
  void answer(R value);

  /** The call returns to a caller that slept: it runs again after a scheduling latency. */
  void wake(R value);

  /** The section ran into BUG() or touched memory that is not there: the caller dies. */
  void oops(Oops oops);
}
