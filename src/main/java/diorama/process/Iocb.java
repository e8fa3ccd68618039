package diorama.process;

import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct iocb} as a program fills it.
 *
 * @param fd the file
 * @param source what is written; null for a read
 * @param target where a read goes; null for a write
 * @param offset position in the file, in bytes
 * @param data {@code aio_data}: comes back in the event
 */
public record Iocb(
    int fd, @Nullable IoVec source, @Nullable ReadBuffer target, long offset, long data) {
  /** {@code io_prep_pwrite}. */
  public static Iocb pwrite(int fd, IoVec source, long offset, long data) {
    return new Iocb(fd, source, null, offset, data);
  }

  /** {@code io_prep_pread}. */
  public static Iocb pread(int fd, ReadBuffer target, long offset, long data) {
    return new Iocb(fd, null, target, offset, data);
  }
}
