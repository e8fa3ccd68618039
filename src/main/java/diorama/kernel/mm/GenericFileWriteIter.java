package diorama.kernel.mm;

import static diorama.kernel.fs.InodeActor.mutexLock;
import static diorama.kernel.fs.InodeActor.mutexUnlock;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.when;

import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AioCompletion;
import diorama.kernel.fs.FsWriteback;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.Sync;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * The write path of mm/filemap.c in 4.x: {@code generic_file_write_iter}, and with it {@code
 * generic_file_direct_write}.
 *
 * <p>Runs in the calling process.
 */
final class GenericFileWriteIter {
  private final KernelProfile profile;
  private final AioCompletion aio;
  private final PageWriteback writeback;
  private final FsWriteback fsWriteback;
  private final Truncate truncate;
  private final Sync sync;
  private final GenericPerformWrite buffered;

  GenericFileWriteIter(
      KernelProfile profile,
      AioCompletion aio,
      PageWriteback writeback,
      FsWriteback fsWriteback,
      Truncate truncate,
      Sync sync,
      GenericPerformWrite buffered) {
    this.profile = profile;
    this.aio = aio;
    this.writeback = writeback;
    this.fsWriteback = fsWriteback;
    this.truncate = truncate;
    this.sync = sync;
    this.buffered = buffered;
  }

  /**
   * {@code generic_file_write_iter}: takes the inode's lock for the whole submission and releases
   * it with the I/O possibly in flight. What was queued is synced by whoever completes it.
   *
   * @return bytes, a negative errno, or -EIOCBQUEUED
   */
  Step<Long> genericFileWriteIter(Kiocb iocb, List<IoVec> iov, long pos) {
    return function(
        "generic_file_write_iter",
        () -> {
          Inode inode = iocb.kiFilp().inode();
          return mutexLock(inode)
              .then(() -> genericFileWriteIterLocked(iocb, iov, pos))
              .then(ret -> afterQueueing(iocb, ret))
              .alsoDo(() -> mutexUnlock(inode))
              .then(ret -> ret > 0 ? sync.genericWriteSync(iocb.kiFilp(), ret) : done(ret));
        });
  }

  /**
   * The lock that is given back is in the inode. Nobody but fs/aio.c can see to it that this is
   * still there when the request has been queued.
   */
  private Step<Long> afterQueueing(Kiocb iocb, long ret) {
    return when(ret == -Errno.EIOCBQUEUED, () -> aio.usesInode(iocb, "generic_file_write_iter"))
        .map(x -> ret);
  }

  /** {@code __generic_file_write_iter}: the inode's lock is held. */
  private Step<Long> genericFileWriteIterLocked(Kiocb iocb, List<IoVec> iov, long pos) {
    return function(
        "__generic_file_write_iter",
        () -> {
          if (!iocb.kiFilp().direct()) {
            return buffered.genericPerformWrite(iocb.kiFilp(), iov, pos);
          }
          long count = GenericFileAioWrite.length(iov);
          return genericFileDirectWrite(iocb, iov, pos, count)
              .then(
                  written ->
                      written < 0 || written == count
                          ? done(written)
                          : rest(iocb, IoVec.after(iov, written), pos + written, written));
        });
  }

  /**
   * What was not written directly goes through the page cache, then to disk, then out of the cache
   * again. If it cannot be written, the result is what was written directly.
   *
   * @param pos where the rest begins
   */
  private Step<Long> rest(Kiocb iocb, List<IoVec> iov, long pos, long written) {
    Inode inode = iocb.kiFilp().inode();
    return buffered
        .genericPerformWrite(iocb.kiFilp(), iov, pos)
        .then(
            status ->
                status < 0
                    ? done(written > 0 ? Long.valueOf(written) : status)
                    : writeback
                        .filemapWriteAndWaitRange(inode, pos, pos + status - 1)
                        .then(
                            err ->
                                err != 0
                                    ? done(written > 0 ? Long.valueOf(written) : err)
                                    : dropped(inode, pos, status).map(x -> written + status)));
  }

  private Step<?> dropped(Inode inode, long pos, long bytes) {
    return truncate.invalidateMappingPages(
        inode, pos >> Page.SHIFT, (pos + bytes - 1) >> Page.SHIFT);
  }

  /**
   * {@code generic_file_direct_write}: writes and drops the cached pages of the range, writes
   * directly, and drops them once more, for what that is worth when the write has only been queued.
   * A page that cannot be dropped makes it 0 bytes, which the caller writes through the cache.
   *
   * @return bytes, a negative errno, or -EIOCBQUEUED
   */
  private Step<Long> genericFileDirectWrite(Kiocb iocb, List<IoVec> iov, long pos, long count) {
    Inode inode = iocb.kiFilp().inode();
    long end = (pos + count - 1) >> Page.SHIFT;
    return function(
        "generic_file_direct_write",
        () ->
            writeback
                .filemapWriteAndWaitRange(inode, pos, pos + count - 1)
                .then(
                    err ->
                        err != 0
                            ? done(err)
                            : truncate.invalidateInodePages2Range(inode, pos >> Page.SHIFT, end))
                .then(
                    err ->
                        err != 0
                            ? done(err == -Errno.EBUSY ? Long.valueOf(0) : err)
                            : inode
                                .aOps()
                                .directWrite(iocb, iov, pos)
                                .alsoDo(() -> invalidateAgain(inode, pos >> Page.SHIFT, end))
                                .then(
                                    written ->
                                        GenericFileAioWrite.extendTo(
                                            fsWriteback, inode, pos, written))));
  }

  /**
   * "If this invalidation fails, tough, the write still worked": its result is not looked at. Since
   * 332391a9 {@code dio_complete} does it as well, when it is time.
   */
  private Step<?> invalidateAgain(Inode inode, long start, long end) {
    if (profile.fixed(Fix.DIO_INVALIDATES_ON_COMPLETION)) {
      return AddressSpaceActor.nrpages(inode.mapping())
          .then(
              nrpages ->
                  Step.when(
                      nrpages != 0, () -> truncate.invalidateInodePages2Range(inode, start, end)));
    }
    return truncate.invalidateInodePages2Range(inode, start, end);
  }
}
