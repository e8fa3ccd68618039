package diorama.kernel.sched;

/**
 * A message to an object: one critical section of the kernel.
 *
 * <p>What the kernel does under one hold of one lock, or as one atomic operation, is one request;
 * what it does in two is two requests, and anything may run between them.
 *
 * @param <S> the object whose memory the section works on
 */
public interface Request<S> {
  /** Runs the section. Called by the object's actor only. */
  void execute(S object);
}
