package diorama.kernel.fs;

import diorama.kernel.Errno;
import diorama.kernel.sched.Step;
import java.util.List;

/** Operations of an inode that is never opened: that of a mounted file system's device. */
public final class NoFileOperations implements FileOperations {
  @Override
  public Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
    return Step.done(-(long) Errno.EINVAL);
  }

  @Override
  public Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
    return Step.done(-(long) Errno.EINVAL);
  }

  @Override
  public Step<Long> fsync(File file, boolean datasync) {
    return Step.done(0L);
  }
}
