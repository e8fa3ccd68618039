package diorama.kernel.fs;

import diorama.kernel.sched.Step;
import java.util.List;

/** {@code blockdev_direct_IO} as a file system's {@code ->direct_IO} calls it. */
public interface BlockdevDirectIo {
  /** {@code blockdev_direct_IO(WRITE)}: bytes, a negative errno, or -EIOCBQUEUED. */
  Step<Long> write(
      Kiocb iocb, Inode inode, List<IoVec> iov, long offset, GetBlock getBlock, DioEndIo endIo);

  /** {@code blockdev_direct_IO(READ)}: bytes, a negative errno, or -EIOCBQUEUED. */
  Step<Long> read(Kiocb iocb, Inode inode, ReadBuffer buffer, long offset, GetBlock getBlock);
}
