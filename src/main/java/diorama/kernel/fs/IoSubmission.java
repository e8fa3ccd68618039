package diorama.kernel.fs;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct iocb} in a program's memory, with the buffers it points to.
 *
 * @param address where it is, which is how events and io_cancel name it
 * @param data {@code aio_data}
 * @param opcode {@code aio_lio_opcode}
 * @param fd {@code aio_fildes}
 * @param source what a write writes: one buffer for PWRITE, any number for PWRITEV
 * @param sink what a read fills, null for writes
 * @param offset {@code aio_offset}
 * @param reservedFieldsSet a field that must be 0 is not
 * @param access what the kernel can do with the memory that the iocb lies in
 */
public record IoSubmission(
    long address,
    long data,
    Opcode opcode,
    int fd,
    List<IoVec> source,
    @Nullable ReadBuffer sink,
    long offset,
    boolean reservedFieldsSet,
    UserAccess access) {

  /** {@code IOCB_CMD_*}. */
  public enum Opcode {
    PREAD,
    PWRITE,
    FSYNC,
    FDSYNC,
    PWRITEV,
    /** Any number that 2.6 gives no meaning to. */
    UNKNOWN
  }

  /** An asynchronous write of one buffer. */
  public static IoSubmission pwrite(long address, long data, int fd, IoVec source, long offset) {
    return new IoSubmission(
        address, data, Opcode.PWRITE, fd, List.of(source), null, offset, false, UserAccess.ALL);
  }

  /** An asynchronous read into one buffer. */
  public static IoSubmission pread(long address, long data, int fd, ReadBuffer sink, long offset) {
    return new IoSubmission(
        address, data, Opcode.PREAD, fd, List.of(), sink, offset, false, UserAccess.ALL);
  }

  /** The same with other buffers in the place of those that it writes from. */
  public IoSubmission withSource(UnaryOperator<IoVec> bound) {
    return new IoSubmission(
        address,
        data,
        opcode,
        fd,
        source.stream().map(bound).toList(),
        sink,
        offset,
        reservedFieldsSet,
        access);
  }

  /** {@code aio_nbytes} for one buffer, the sum for several. */
  long nbytes() {
    return sink != null ? sink.length() : source.stream().mapToLong(IoVec::length).sum();
  }

  /** {@code access_ok} for every buffer: none reaches into the kernel's part of memory. */
  boolean accessOk() {
    return sink != null
        ? UserAccess.accessOk(sink.base(), sink.length())
        : source.stream().allMatch(v -> UserAccess.accessOk(v.base(), v.length()));
  }
}
