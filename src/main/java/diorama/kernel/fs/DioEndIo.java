package diorama.kernel.fs;

import diorama.kernel.sched.Step;

/** {@code dio_iodone_t}: what a file system does when a direct transfer has ended. */
@FunctionalInterface
public interface DioEndIo {
  /** A file system that does nothing. */
  DioEndIo NONE = (iocb, offset, bytes) -> Step.done(0L);

  /**
   * Runs in the context that completes the request, which may be an interrupt unless the completion
   * is deferred.
   *
   * @param offset first byte in the file
   * @param bytes transferred, or a negative errno, which it hears of since 187372a3
   * @return 0 or a negative errno, which becomes the result since 187372a3
   */
  Step<Long> endIo(Kiocb iocb, long offset, long bytes);
}
