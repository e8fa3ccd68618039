package diorama.kernel.mm;

import static diorama.kernel.Fix.WORKER_RAISES_EIOCBQUEUED;
import static diorama.kernel.fs.InodeActor.iSizeRead;
import static diorama.kernel.mm.AddressSpaceActor.addToPageCache;
import static diorama.kernel.mm.AddressSpaceActor.findGetPage;
import static diorama.kernel.mm.AddressSpaceActor.lockPage;
import static diorama.kernel.mm.AddressSpaceActor.pageFlags;
import static diorama.kernel.mm.AddressSpaceActor.unlockPage;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.Step;

/**
 * The read path of mm/filemap.c: {@code generic_file_aio_read} and {@code do_generic_mapping_read}.
 *
 * <p>Runs in the calling process. Line numbers are of 2.6.20.
 */
final class GenericFileAioRead {
  private final KernelProfile profile;
  private final PageWriteback writeback;
  private final Readahead readahead;

  GenericFileAioRead(KernelProfile profile, PageWriteback writeback, Readahead readahead) {
    this.profile = profile;
    this.writeback = writeback;
    this.readahead = readahead;
  }

  /**
   * {@code generic_file_aio_read}, mm/filemap.c:1140: direct if the file is, then buffered for what
   * a direct read left at 0.
   */
  Step<Long> genericFileAioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
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

  /** Before 8459d86a the worker returned the byte count of a read with bios in flight, too. */
  private long queuedRead(Kiocb iocb, long retval) {
    if (!profile.fixed(WORKER_RAISES_EIOCBQUEUED) && retval > 0 && !iocb.isSync()) {
      return -Errno.EIOCBQUEUED;
    }
    return retval;
  }

  /** The locals of do_generic_mapping_read. */
  private static final class Read {
    final FileRaState ra;
    final long lastIndex;
    long nextIndex;
    long pos;
    long count;
    long written;
    long status;

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

  private static boolean failed(Read c, long error) {
    c.status = error;
    return error >= 0;
  }

  private Step<Boolean> useIfUptodate(Inode inode, Page page, ReadBuffer buffer, Read c) {
    return pageFlags(page)
        .then(
            flags ->
                flags.uptodate()
                    ? copyToUser(inode, page, buffer, c)
                    : pageNotUpToDate(inode, page, c));
  }

  /** The page is being read, or its read failed: wait for its lock, read it again if needed. */
  private Step<Boolean> pageNotUpToDate(Inode inode, Page page, Read c) {
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

  private Step<Boolean> copyToUser(Inode inode, Page page, ReadBuffer buffer, Read c) {
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
}
