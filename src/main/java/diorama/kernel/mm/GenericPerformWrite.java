package diorama.kernel.mm;

import diorama.kernel.fs.File;
import diorama.kernel.fs.IoVec;
import diorama.kernel.sched.Step;
import java.util.List;

/** {@code generic_perform_write}, mm/filemap.c: the buffered write, page by page. */
public interface GenericPerformWrite {
  /**
   * Copies the buffers into the page cache; the inode's lock is held.
   *
   * @param iov what is to be written, all of it
   * @param pos where in the file, in bytes
   * @return bytes, or a negative errno if there are none
   */
  Step<Long> genericPerformWrite(File file, List<IoVec> iov, long pos);
}
