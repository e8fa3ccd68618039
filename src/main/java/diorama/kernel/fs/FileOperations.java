package diorama.kernel.fs;

import diorama.kernel.sched.Step;
import java.util.List;

/** {@code struct file_operations}: what read and write system calls and fs/aio.c call. */
public interface FileOperations {
  /** {@code ->aio_write}: bytes, a negative errno, or -EIOCBQUEUED. */
  Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos);

  /** {@code ->aio_read}: bytes, a negative errno, or -EIOCBQUEUED. What was read goes to sink. */
  Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos);

  /** {@code ->fsync} under i_mutex; the caller writes the data. 0 or a negative errno. */
  Step<Long> fsync(File file, boolean datasync);
}
