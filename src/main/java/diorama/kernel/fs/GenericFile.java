package diorama.kernel.fs;

import diorama.kernel.sched.Step;
import java.util.List;

/** What a file system's file_operations take from mm/filemap.c. */
public interface GenericFile {
  /** {@code generic_file_aio_write}: bytes, a negative errno, or -EIOCBQUEUED. */
  Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos);

  /** {@code generic_file_aio_read}: bytes, a negative errno, or -EIOCBQUEUED. */
  Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos);

  /** {@code generic_perform_write}: the inode's lock is held. Bytes, or a negative errno. */
  Step<Long> performWrite(File file, List<IoVec> iov, long pos);
}
