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
import static diorama.kernel.Fix.PARTIAL_DIO_BUF_OFFSET;
import static diorama.kernel.Fix.WORKER_RAISES_EIOCBQUEUED;
import static diorama.kernel.fs.InodeActor.iSizeRead;
import static diorama.kernel.fs.InodeActor.iSizeWrite;
import static diorama.kernel.fs.InodeActor.mutexLock;
import static diorama.kernel.fs.InodeActor.mutexUnlock;
import static diorama.kernel.mm.AddressSpaceActor.addToPageCache;
import static diorama.kernel.mm.AddressSpaceActor.findGetPage;
import static diorama.kernel.mm.AddressSpaceActor.lockPage;
import static diorama.kernel.mm.AddressSpaceActor.nrpages;
import static diorama.kernel.mm.AddressSpaceActor.pageFlags;
import static diorama.kernel.mm.AddressSpaceActor.unlockPage;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AioCompletion;
import diorama.kernel.fs.File;
import diorama.kernel.fs.FsWriteback;
import diorama.kernel.fs.GenericFile;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;

/**
 * mm/filemap.c: the generic read and write paths of files, buffered and direct.
 *
 * <p>Runs in the calling process. Line numbers are of 2.6.20.
 */
public final class Filemap implements GenericFile {
  private final KernelProfile profile;
  private final Tracer tracer;
  private final AioCompletion aio;
  private final PageWriteback writeback;
  private final FsWriteback fsWriteback;
  private final Truncate truncate;
  private final Readahead readahead;
  private final GenericPerformWrite performWrite;

  /** The functions of this kernel version. */
  public Filemap(
      KernelProfile profile,
      Tracer tracer,
      AioCompletion aio,
      PageWriteback writeback,
      FsWriteback fsWriteback,
      Truncate truncate,
      Readahead readahead) {
    this.profile = profile;
    this.tracer = tracer;
    this.aio = aio;
    this.writeback = writeback;
    this.fsWriteback = fsWriteback;
    this.truncate = truncate;
    this.readahead = readahead;
    this.performWrite = new GenericPerformWrite(profile);
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
  Step<Long> genericFileDirectIoWrite(Kiocb iocb, List<IoVec> iov, long offset) {
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

  /** {@code generic_file_direct_IO}, mm/filemap.c:2390, for READ. */
  private Step<Long> genericFileDirectIoRead(Kiocb iocb, ReadBuffer buffer, long offset) {
    return function(
        "generic_file_direct_IO",
        () -> {
          Inode inode = iocb.kiFilp().inode();
          return writeback
              .filemapWriteAndWait(inode)
              .then(
                  retval ->
                      retval != 0 ? done(retval) : inode.aOps().directRead(iocb, buffer, offset));
        });
  }

  /**
   * {@code generic_file_direct_write}, mm/filemap.c:2022: i_mutex held; updates i_size.
   *
   * @return bytes, a negative errno, or -EIOCBQUEUED
   */
  Step<Long> genericFileDirectWrite(Kiocb iocb, List<IoVec> iov, long pos, long count) {
    return function(
        "generic_file_direct_write",
        () ->
            genericFileDirectIoWrite(iocb, iov, pos)
                .then(written -> extendTo(iocb.kiFilp().inode(), pos, written))
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

  private Step<Long> extendTo(Inode inode, long pos, long written) {
    if (written <= 0) {
      return done(written);
    }
    return iSizeRead(inode)
        .then(
            size ->
                pos + written <= size
                    ? done()
                    : iSizeWrite(inode, pos + written)
                        .then(() -> fsWriteback.markInodeDirty(inode)))
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
  Step<Long> genericFileAioWriteNolock(Kiocb iocb, List<IoVec> iov, long pos) {
    return function(
        "__generic_file_aio_write_nolock",
        () -> {
          long count = length(iov);
          if (count == 0) {
            return done(0L);
          }
          if (!iocb.kiFilp().direct()) {
            return genericFileBufferedWrite(iocb, iov, pos, count, 0);
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
    Step<Long> rest = genericFileBufferedWrite(iocb, iov, from, count - written, written);
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
  @Override
  public Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
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

  /** The locals of generic_file_buffered_write. */
  private static class Copy {
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
          return (inode.aOps().hasWriteBegin()
                  ? performWrite(inode, iov, c)
                  : loop(
                      () ->
                          c.count > 0 && c.status >= 0 ? copyPage(inode, iov, c) : done(false)))
              .then(
                  () ->
                      iocb.kiFilp().direct() && c.written > 0
                          ? writeback.filemapWriteAndWait(inode)
                          : done(0L))
              .then(x -> done(c.written > 0 ? c.written : c.status));
        });
  }

  private Step<Done> performWrite(Inode inode, List<IoVec> iov, Copy c) {
    return performWrite
        .run(inode, iov, c.written - c.behind, c.pos, c.count)
        .map(
            status -> {
              c.status = status;
              c.written += Math.max(0, status);
              return Done.DONE;
            });
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
        .then(() -> grabCachePage(inode, c.pos >> Page.SHIFT))
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

  /** {@code __grab_cache_page}, mm/filemap.c: the page, locked, made if it was not there. */
  private Step<Page> grabCachePage(Inode inode, long index) {
    Page[] grabbed = new Page[1];
    return loop(() ->
            findGetPage(inode.mapping(), index)
                .then(
                    found ->
                        found.page() == null
                            ? addNewPage(inode, index, grabbed)
                            : lockIfStillThere(found.page(), grabbed)))
        .map(x -> grabbed[0]);
  }

  private Step<Boolean> addNewPage(Inode inode, long index, Page[] grabbed) {
    return addToPageCache(inode.mapping(), index)
        .map(
            added -> {
              if (added.page() == null) {
                return true;
              }
              grabbed[0] = added.page();
              return false;
            });
  }

  private static Step<Boolean> lockIfStillThere(Page page, Page[] grabbed) {
    return lockPage(page)
        .then(
            inCache -> {
              if (!inCache) {
                return unlockPage(page).map(x -> true);
              }
              grabbed[0] = page;
              return done(false);
            });
  }

  /**
   * {@code generic_file_aio_read}, mm/filemap.c:1140: direct if the file is, then buffered for what
   * a direct read left at 0.
   */
  @Override
  public Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
    return function(
        "generic_file_aio_read",
        () -> {
          Inode inode = iocb.kiFilp().inode();
          if (!iocb.kiFilp().direct()) {
            return doGenericMappingRead(iocb.kiFilp(), buffer, pos);
          }
          return iSizeRead(inode)
              .then(size -> pos < size ? genericFileDirectIoRead(iocb, buffer, pos) : done(0L))
              .map(retval -> queuedRead(iocb, retval))
              .then(
                  retval ->
                      retval != 0
                          ? done(retval)
                          : doGenericMappingRead(iocb.kiFilp(), buffer, pos));
        });
  }

  /** Before 8459d86a the worker returned the byte count of a read with bios in flight, too. */
  private long queuedRead(Kiocb iocb, long retval) {
    if (!profile.fixed(WORKER_RAISES_EIOCBQUEUED) && retval > 0 && !iocb.isSync()) {
      return -Errno.EIOCBQUEUED;
    }
    return retval;
  }

  /** The locals of do_generic_mapping_read. */
  private static final class Read extends Copy {
    final FileRaState ra;
    final long lastIndex;
    long nextIndex;

    Read(FileRaState ra, long pos, long count) {
      this.ra = ra;
      this.pos = pos;
      this.count = count;
      this.nextIndex = pos >> Page.SHIFT;
      this.lastIndex = (pos + count + Page.SIZE - 1) >> Page.SHIFT;
    }
  }

  /**
   * {@code do_generic_mapping_read}, mm/filemap.c:876: no i_mutex; i_size is read again after each
   * page was read from disk. The readahead of the file is told of each page in front of which it
   * has read nothing yet.
   */
  private Step<Long> doGenericMappingRead(File file, ReadBuffer buffer, long pos) {
    Inode inode = file.inode();
    return function(
        "do_generic_mapping_read",
        () ->
            FileRaState.copyFrom(inode.mapping(), file.readahead())
                .then(
                    ra -> {
                      Read c = new Read(ra, pos, buffer.length());
                      return loop(() -> c.count > 0 ? readPage(inode, buffer, c) : done(false))
                          .then(() -> FileRaState.copyBack(inode.mapping(), file.readahead(), ra))
                          .then(() -> done(c.written > 0 ? c.written : c.status));
                    }));
  }

  private Step<Boolean> readPage(Inode inode, ReadBuffer buffer, Read c) {
    return iSizeRead(inode)
        .then(
            size ->
                c.pos >= size
                    ? done(false)
                    : readAhead(inode, c)
                        .then(() -> findGetPage(inode.mapping(), c.pos >> Page.SHIFT))
                        .then(
                            found ->
                                found.page() == null
                                    ? noCachedPage(inode, c)
                                    : useIfUptodate(inode, found.page(), buffer, c)));
  }

  private Step<Done> readAhead(Inode inode, Read c) {
    long index = c.pos >> Page.SHIFT;
    return Step.when(
        index == c.nextIndex,
        () ->
            readahead
                .pageCacheReadahead(inode, c.ra, index, c.lastIndex - index)
                .map(
                    next -> {
                      c.nextIndex = next;
                      return Done.DONE;
                    }));
  }

  private Step<Boolean> noCachedPage(Inode inode, Read c) {
    c.ra.missed();
    return addToPageCache(inode.mapping(), c.pos >> Page.SHIFT)
        .then(
            added ->
                added.page() == null
                    ? done(true)
                    : inode.aOps().readpage(inode, added.page()).map(error -> failed(c, error)));
  }

  private static boolean failed(Copy c, long error) {
    c.status = error;
    return error >= 0;
  }

  private Step<Boolean> useIfUptodate(Inode inode, Page page, ReadBuffer buffer, Copy c) {
    return pageFlags(page)
        .then(
            flags ->
                flags.uptodate()
                    ? copyToUser(inode, page, buffer, c)
                    : pageNotUpToDate(inode, page, c));
  }

  /** The page is being read, or its read failed: wait for its lock, read it again if needed. */
  private Step<Boolean> pageNotUpToDate(Inode inode, Page page, Copy c) {
    return lockPage(page)
        .then(() -> pageFlags(page))
        .then(
            flags -> {
              if (!flags.inCache() || flags.uptodate()) {
                return unlockPage(page).map(x -> true);
              }
              if (flags.error()) {
                c.status = -Errno.EIO;
                return unlockPage(page).map(x -> false);
              }
              return readLockedPage(inode, page).map(error -> failed(c, error));
            });
  }

  /** The page lock goes to the interrupt that ends the read. */
  private static Step<Long> readLockedPage(Inode inode, Page page) {
    return Step.current(
        current -> {
          current.handOver(LockClass.PAGE_LOCK);
          return inode.aOps().readpage(inode, page);
        });
  }

  private Step<Boolean> copyToUser(Inode inode, Page page, ReadBuffer buffer, Copy c) {
    return iSizeRead(inode)
        .then(
            size -> {
              int offset = (int) (c.pos & (Page.SIZE - 1));
              int bytes =
                  (int) Math.min(Math.min(Page.SIZE - offset, c.count), Math.max(0, size - c.pos));
              if (bytes == 0) {
                return done(false);
              }
              return AddressSpaceActor.content(page)
                  .map(
                      content -> {
                        buffer.copy(c.written, content, offset, bytes);
                        c.written += bytes;
                        c.count -= bytes;
                        c.pos += bytes;
                        return true;
                      });
            });
  }

  /** {@code iov_length}. */
  private static long length(List<IoVec> iov) {
    long sum = 0;
    for (IoVec segment : iov) {
      sum += segment.length();
    }
    return sum;
  }
}
