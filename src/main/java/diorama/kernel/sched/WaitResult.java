package diorama.kernel.sched;

import diorama.kernel.Errno;

/**
 * What {@code wait} returns and stores.
 *
 * @param pid the child that was reaped, or -ECHILD or -EINTR
 * @param status how it ended; meaningless with an error
 */
public record WaitResult(long pid, ExitStatus status) {
  /** A child changed its state while the caller slept: it looks again. */
  static final WaitResult LOOK_AGAIN = new WaitResult(0, ExitStatus.exited(0));

  static final WaitResult NO_CHILD = new WaitResult(-Errno.ECHILD, ExitStatus.exited(0));
  static final WaitResult INTERRUPTED = new WaitResult(-Errno.EINTR, ExitStatus.exited(0));
}
