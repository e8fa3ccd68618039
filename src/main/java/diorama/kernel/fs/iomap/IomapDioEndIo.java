package diorama.kernel.fs.iomap;

import diorama.kernel.fs.Kiocb;
import diorama.kernel.sched.Step;

/** {@code iomap_dio_end_io_t}: what a file system does when a direct transfer has ended. */
@FunctionalInterface
public interface IomapDioEndIo {
  /** A file system that does nothing: an error stays what it is. */
  IomapDioEndIo NONE = (iocb, pos, size, unwritten) -> Step.done(Math.min(0, size));

  /**
   * Runs in the context that completes the request: for a write one that may sleep.
   *
   * @param pos first byte in the file
   * @param size bytes that were submitted, or a negative errno
   * @param unwritten {@code IOMAP_DIO_UNWRITTEN}: some of them went to unwritten extents
   * @return 0 or a negative errno
   */
  Step<Long> endIo(Kiocb iocb, long pos, long size, boolean unwritten);
}
