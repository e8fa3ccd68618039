package diorama.kernel.mm;

import static diorama.kernel.Fix.PARTIAL_DIO_BUF_OFFSET;
import static diorama.kernel.mm.AddressSpaceActor.unlockPage;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * {@code generic_file_buffered_write} of mm/filemap.c up to 2.6.27, over {@code ->prepare_write}
 * and {@code ->commit_write}.
 *
 * <p>Runs in the calling process. Line numbers are of 2.6.20.
 */
final class GenericFileBufferedWrite implements GenericPerformWrite {
  private final KernelProfile profile;
  private final PageWriteback writeback;

  GenericFileBufferedWrite(KernelProfile profile, PageWriteback writeback) {
    this.profile = profile;
    this.writeback = writeback;
  }

  /** The locals of generic_file_buffered_write. */
  private static final class Copy {
    long pos;
    long count;
    long written;

    /** How far the place in the source is behind {@code written}. */
    long behind;

    long status;
  }

  /**
   * {@code generic_file_buffered_write}, mm/filemap.c:2061: i_mutex held; page by page under the
   * page lock.
   *
   * @param already bytes that a direct write has done; counted in the result, and skipped in the
   *     source since that was put right
   * @return bytes including those, or a negative errno if there are none
   */
  Step<Long> genericFileBufferedWrite(
      Kiocb iocb, List<IoVec> iov, long pos, long count, long already) {
    return function(
        "generic_file_buffered_write",
        () -> {
          Copy c = new Copy();
          c.pos = pos;
          c.count = count;
          c.written = already;
          c.behind = profile.fixed(PARTIAL_DIO_BUF_OFFSET) ? 0 : already;
          Inode inode = iocb.kiFilp().inode();
          return copyAll(inode, iov, c)
              .then(
                  () ->
                      iocb.kiFilp().direct() && c.written > 0
                          ? writeback.filemapWriteAndWait(inode)
                          : done(0L))
              .then(x -> done(c.written > 0 ? c.written : c.status));
        });
  }

  /** The same copying under the name that it has since 2.6.25; its caller sees to the rest. */
  @Override
  public Step<Long> genericPerformWrite(File file, List<IoVec> iov, long pos) {
    return function(
        "generic_perform_write",
        () -> {
          Copy c = new Copy();
          c.pos = pos;
          c.count = GenericFileAioWrite.length(iov);
          return copyAll(file.inode(), iov, c)
              .then(() -> done(c.written > 0 ? c.written : c.status));
        });
  }

  private Step<Done> copyAll(Inode inode, List<IoVec> iov, Copy c) {
    return loop(() -> c.count > 0 && c.status >= 0 ? copyPage(inode, iov, c) : done(false));
  }

  private Step<Boolean> copyPage(Inode inode, List<IoVec> iov, Copy c) {
    int offset = (int) (c.pos & (Page.SIZE - 1));
    UserCopy source = UserCopy.at(iov, c.written - c.behind);
    int bytes = (int) Math.min(Math.min(Page.SIZE - offset, c.count), source.contiguous());
    if (source.mapping() == null && source.accessible() == 0) {
      c.status = -Errno.EFAULT;
      return done(false);
    }
    return source
        .faultIn(bytes)
        .then(() -> GrabCachePage.locked(inode, c.pos >> Page.SHIFT))
        .then(
            page ->
                inode
                    .aOps()
                    .prepareWrite(inode, page, offset, offset + bytes)
                    .then(
                        status -> {
                          c.status = status;
                          return status != 0
                              ? done(status)
                              : copyAndCommit(inode, page, offset, source, bytes, c);
                        })
                    .then(() -> unlockPage(page)))
        .map(x -> true);
  }

  private Step<Long> copyAndCommit(
      Inode inode, Page page, int offset, UserCopy source, int bytes, Copy c) {
    return source
        .copyTo(page, offset, bytes)
        .then(copied -> commit(inode, page, offset, bytes, copied, c));
  }

  private static Step<Long> commit(
      Inode inode, Page page, int offset, int bytes, int copied, Copy c) {
    return inode
        .aOps()
        .commitWrite(inode, page, offset, offset + bytes)
        .map(
            status -> {
              c.status = status < 0 ? status : copied < bytes ? -Errno.EFAULT : 0;
              if (status >= 0) {
                c.written += copied;
                c.count -= copied;
                c.pos += copied;
              }
              return status;
            });
  }
}
