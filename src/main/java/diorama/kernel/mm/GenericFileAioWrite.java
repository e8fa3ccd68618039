package diorama.kernel.mm;

import static diorama.kernel.Fix.BUSY_PAGE_FALLS_BACK_TO_BUFFERED;
import static diorama.kernel.Fix.DIO_INTERNAL_INVALIDATE;
import static diorama.kernel.Fix.FALLBACK_FOR_REMAINDER;
import static diorama.kernel.Fix.FALLBACK_SYNCS_ITS_RANGE;
import static diorama.kernel.Fix.INVALIDATE2_RANGE;
import static diorama.kernel.Fix.INVALIDATE_AFTER_DIRECT_WRITE;
import static diorama.kernel.Fix.INVALIDATE_BEFORE_DIRECT_WRITE;
import static diorama.kernel.Fix.LEONID_PGBUSY;
import static diorama.kernel.Fix.OSYNC_ERROR_RETURNED;
import static diorama.kernel.Fix.OSYNC_KEEPS_EIOCBQUEUED;
import static diorama.kernel.Fix.WORKER_RAISES_EIOCBQUEUED;
import static diorama.kernel.fs.InodeActor.iSizeRead;
import static diorama.kernel.fs.InodeActor.iSizeWrite;
import static diorama.kernel.fs.InodeActor.mutexLock;
import static diorama.kernel.fs.InodeActor.mutexUnlock;
import static diorama.kernel.mm.AddressSpaceActor.nrpages;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AioCompletion;
import diorama.kernel.fs.FsWriteback;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;

/**
 * The write path of mm/filemap.c up to 2.6.27: {@code generic_file_aio_write}, and with it {@code
 * generic_file_direct_IO}.
 *
 * <p>Runs in the calling process. Line numbers are of 2.6.20.
 */
final class GenericFileAioWrite {
  private final KernelProfile profile;
  private final Tracer tracer;
  private final AioCompletion aio;
  private final PageWriteback writeback;
  private final FsWriteback fsWriteback;
  private final Truncate truncate;
  private final GenericFileBufferedWrite buffered;

  GenericFileAioWrite(
      KernelProfile profile,
      Tracer tracer,
      AioCompletion aio,
      PageWriteback writeback,
      FsWriteback fsWriteback,
      Truncate truncate,
      GenericFileBufferedWrite buffered) {
    this.profile = profile;
    this.tracer = tracer;
    this.aio = aio;
    this.writeback = writeback;
    this.fsWriteback = fsWriteback;
    this.truncate = truncate;
    this.buffered = buffered;
  }

  /**
   * {@code generic_file_direct_IO}, mm/filemap.c:2390, for WRITE: i_mutex held.
   *
   * <p>Cached pages of the range are dropped so that a later buffered read goes to disk: after the
   * write up to 2.6.20, before it since 65b8291c, and once more after it, for what that is worth,
   * since bdb76ef5. Since 6ccfa806 a page that stays makes it 0 bytes, which the caller writes
   * through the cache; a969e903 (2.6.27) has moved all this into generic_file_direct_write.
   *
   * @return bytes, a negative errno, or -EIOCBQUEUED
   */
  private Step<Long> genericFileDirectIoWrite(Kiocb iocb, List<IoVec> iov, long offset) {
    return function(
        "generic_file_direct_IO",
        () -> {
          Inode inode = iocb.kiFilp().inode();
          long end = (offset + length(iov) - 1) >> Page.SHIFT;
          Step<Long> written =
              unmap(inode, offset, length(iov)).then(() -> writeback.filemapWriteAndWait(inode));
          if (profile.fixed(INVALIDATE_BEFORE_DIRECT_WRITE)) {
            return written
                .then(retval -> retval != 0 ? done(retval) : invalidate(inode, offset, end))
                .then(
                    retval ->
                        retval != 0
                            ? done(pageStays(retval))
                            : writeThenInvalidateAgain(iocb, iov, offset, end));
          }
          return written.then(
              retval -> retval != 0 ? done(retval) : writeThenInvalidate(iocb, iov, offset, end));
        });
  }

  /** "If it's a write, unmap all mmappings of the file up-front": dirty entries dirty pages. */
  private static Step<Done> unmap(Inode inode, long offset, long length) {
    return PageTableCalls.mappingMapped(inode.mapping())
        .then(mapped -> Step.when(mapped, () -> Memory.unmapMappingRange(inode, offset, length)));
  }

  /** Since 6ccfa806 nothing is written directly over a page that is busy. */
  private long pageStays(long retval) {
    if (profile.fixed(BUSY_PAGE_FALLS_BACK_TO_BUFFERED) && retval == -Errno.EBUSY) {
      return 0;
    }
    return retval;
  }

  /**
   * "If this invalidation fails, tough, the write still worked": its result is not looked at since
   * bdb76ef5. Before, from 65b8291c on, it was reached only when nothing had been written.
   */
  private Step<Long> writeThenInvalidateAgain(Kiocb iocb, List<IoVec> iov, long offset, long end) {
    Inode inode = iocb.kiFilp().inode();
    Step<Long> written = directWrite(iocb, iov, offset);
    if (profile.fixed(INVALIDATE_AFTER_DIRECT_WRITE)) {
      return written.then(retval -> invalidate(inode, offset, end).map(ignored -> retval));
    }
    return written.then(retval -> retval != 0 ? done(retval) : invalidate(inode, offset, end));
  }

  /**
   * Up to 2.6.20: a failed invalidation overwrites the result, be it -EIOCBQUEUED. Up to 2.6.10
   * none was reported.
   */
  private Step<Long> writeThenInvalidate(Kiocb iocb, List<IoVec> iov, long offset, long end) {
    Step<Long> written = directWrite(iocb, iov, offset);
    if (profile.fixed(DIO_INTERNAL_INVALIDATE)) {
      return written;
    }
    return written.then(
        retval ->
            invalidate(iocb.kiFilp().inode(), offset, end)
                .then(err -> err != 0 ? pageStaysAfter(iocb, retval, err) : done(retval)));
  }

  /** With Leonid Ananiev's patch the request is to be done again instead. */
  private Step<Long> pageStaysAfter(Kiocb iocb, long retval, long err) {
    if (profile.fixed(LEONID_PGBUSY)) {
      return aio.kiocbSetPgBusy(iocb).map(x -> retval);
    }
    return done(err);
  }

  private Step<Long> directWrite(Kiocb iocb, List<IoVec> iov, long offset) {
    return iocb.kiFilp().inode().aOps().directWrite(iocb, iov, offset);
  }

  private Step<Long> invalidate(Inode inode, long offset, long end) {
    return nrpages(inode.mapping())
        .then(
            nrpages -> {
              if (nrpages == 0) {
                return done(0L);
              }
              return profile.fixed(INVALIDATE2_RANGE)
                  ? truncate.invalidateInodePages2Range(inode, offset >> Page.SHIFT, end)
                  : truncate.invalidateInodePages2(inode);
            });
  }

  /**
   * {@code generic_file_direct_write}, mm/filemap.c:2022: i_mutex held; updates i_size.
   *
   * @return bytes, a negative errno, or -EIOCBQUEUED
   */
  private Step<Long> genericFileDirectWrite(Kiocb iocb, List<IoVec> iov, long pos, long count) {
    return function(
        "generic_file_direct_write",
        () ->
            genericFileDirectIoWrite(iocb, iov, pos)
                .then(written -> extendTo(fsWriteback, iocb.kiFilp().inode(), pos, written))
                .then(written -> osync(iocb, written))
                .map(
                    written -> {
                      // Before 8459d86a the worker returned the byte count with bios in flight.
                      if (!profile.fixed(WORKER_RAISES_EIOCBQUEUED)
                          && written == count
                          && !iocb.isSync()) {
                        return (long) -Errno.EIOCBQUEUED;
                      }
                      return written;
                    }));
  }

  /** i_size follows the end of what was written. Returns what it was given. */
  static Step<Long> extendTo(FsWriteback fsWriteback, Inode inode, long pos, long written) {
    if (written <= 0) {
      return done(written);
    }
    return iSizeRead(inode)
        .then(
            size ->
                Step.when(
                    pos + written > size,
                    () ->
                        iSizeWrite(inode, pos + written)
                            .then(() -> fsWriteback.markInodeDirty(inode))))
        .map(x -> written);
  }

  /**
   * "AIO O_DIRECT ops attempt to sync metadata here": the second place that can replace
   * -EIOCBQUEUED, with an error of that sync, which up to 2.6.12 was forgotten.
   */
  private Step<Long> osync(Kiocb iocb, long written) {
    boolean queued = written == -Errno.EIOCBQUEUED && profile.fixed(WORKER_RAISES_EIOCBQUEUED);
    if (!iocb.kiFilp().sync() || !(written >= 0 || queued)) {
      return done(written);
    }
    return fsWriteback
        .genericOsyncInode(iocb.kiFilp().inode())
        .then(err -> err < 0 ? osyncFailed(iocb, written, err) : done(written));
  }

  private Step<Long> osyncFailed(Kiocb iocb, long written, long err) {
    return Step.current(
        context -> {
          tracer.emit(
              new Tracepoint("generic_osync_inode: error", context, iocb, null, "%1$d", err, 0));
          if (!profile.fixed(OSYNC_ERROR_RETURNED)) {
            return done(written);
          }
          if (profile.fixed(OSYNC_KEEPS_EIOCBQUEUED) && written == -Errno.EIOCBQUEUED) {
            return done(written);
          }
          return done(err);
        });
  }

  /**
   * {@code __generic_file_aio_write_nolock}, mm/filemap.c:2220: i_mutex held.
   *
   * @return bytes, a negative errno, or -EIOCBQUEUED
   */
  private Step<Long> genericFileAioWriteNolock(Kiocb iocb, List<IoVec> iov, long pos) {
    return function(
        "__generic_file_aio_write_nolock",
        () -> {
          long count = length(iov);
          if (count == 0) {
            return done(0L);
          }
          if (!iocb.kiFilp().direct()) {
            return buffered.genericFileBufferedWrite(iocb, iov, pos, count, 0);
          }
          return genericFileDirectWrite(iocb, iov, pos, count)
              .then(
                  written -> {
                    if (!profile.fixed(FALLBACK_FOR_REMAINDER) && written == -Errno.ENOTBLK) {
                      return fallBackToBuffered(iocb, iov, pos, count, 0);
                    }
                    return written < 0 || written == count
                        ? done(written)
                        : fallBackToBuffered(iocb, iov, pos, count, written);
                  });
        });
  }

  /**
   * A direct write met a hole: the rest goes through the page cache, then to disk, then out of the
   * cache since fb5527e6. Before c58d3aeb the rest was all of it.
   */
  private Step<Long> fallBackToBuffered(
      Kiocb iocb, List<IoVec> iov, long pos, long count, long written) {
    Inode inode = iocb.kiFilp().inode();
    long from = pos + written;
    Step<Long> rest = buffered.genericFileBufferedWrite(iocb, iov, from, count - written, written);
    if (!profile.fixed(FALLBACK_SYNCS_ITS_RANGE)) {
      return rest;
    }
    return rest.then(
        both ->
            both < 0
                ? done(written > 0 ? Long.valueOf(written) : both)
                : writeback
                    .filemapWriteAndWait(inode)
                    .then(
                        err ->
                            err != 0
                                ? done(written)
                                : truncate
                                    .invalidateMappingPages(
                                        inode, from >> Page.SHIFT, (pos + both - 1) >> Page.SHIFT)
                                    .map(x -> both)));
  }

  /**
   * {@code generic_file_aio_write}, mm/filemap.c:2359: takes i_mutex for the whole submission and
   * releases it with the I/O possibly in flight.
   */
  Step<Long> genericFileAioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
    return function(
        "generic_file_aio_write",
        () -> {
          Inode inode = iocb.kiFilp().inode();
          return mutexLock(inode)
              .then(() -> genericFileAioWriteNolock(iocb, iov, pos))
              .alsoDo(() -> mutexUnlock(inode))
              .then(
                  ret ->
                      ret > 0 && iocb.kiFilp().sync() && !iocb.kiFilp().direct()
                          ? syncPageRange(inode, ret)
                          : done(ret));
        });
  }

  /** {@code sync_page_range}, mm/filemap.c: write, sync metadata under i_mutex, wait. */
  private Step<Long> syncPageRange(Inode inode, long ret) {
    return function(
        "sync_page_range",
        () ->
            writeback
                .filemapFdatawrite(inode)
                .then(
                    err ->
                        err != 0
                            ? done(err)
                            : mutexLock(inode)
                                .then(() -> fsWriteback.genericOsyncInode(inode))
                                .alsoDo(() -> mutexUnlock(inode)))
                .then(err -> err != 0 ? done(err) : writeback.filemapFdatawait(inode))
                .map(err -> err < 0 ? err : Long.valueOf(ret)));
  }

  /** {@code iov_length}. */
  static long length(List<IoVec> iov) {
    long sum = 0;
    for (IoVec segment : iov) {
      sum += segment.length();
    }
    return sum;
  }
}
