package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import diorama.kernel.Errno;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Transfer;
import java.util.List;
import java.util.function.Function;

/**
 * fs/read_write.c and the calls of fs/sync.c: system calls that return when the transfer is done.
 */
public final class ReadWrite {
  private final Aio aio;
  private final Sync sync;

  /** Synchronous calls over the asynchronous methods of files. */
  public ReadWrite(Aio aio, Sync sync) {
    this.aio = aio;
    this.sync = sync;
  }

  /** {@code sys_read}, read_write.c:358 (2.6.20): bytes or a negative errno; moves f_pos. */
  public Step<Long> sysRead(TaskFiles current, int fd, ReadBuffer buffer) {
    return function(
        "sys_read",
        () ->
            current.withFile(
                fd,
                filp ->
                    vfsRead(current, filp.file(), buffer, filp.fPos())
                        .map(ret -> moved(filp, ret))));
  }

  /** {@code sys_write}, read_write.c:376 (2.6.20): bytes or a negative errno; moves f_pos. */
  public Step<Long> sysWrite(TaskFiles current, int fd, IoVec source) {
    return function(
        "sys_write",
        () ->
            current.withFile(
                fd,
                filp ->
                    vfsWrite(current, filp.file(), source, filp.fPos())
                        .map(ret -> moved(filp, ret))));
  }

  private static long moved(OpenFile filp, long ret) {
    filp.setFPos(filp.fPos() + Math.max(0, ret));
    return ret;
  }

  /** {@code sys_pread64}, read_write.c:393 (2.6.20). */
  public Step<Long> sysPread64(TaskFiles current, int fd, ReadBuffer buffer, long pos) {
    return function(
        "sys_pread64",
        () ->
            pos < 0
                ? done((long) -Errno.EINVAL)
                : current.withFile(fd, filp -> vfsRead(current, filp.file(), buffer, pos)));
  }

  /** {@code sys_pwrite64}, read_write.c:414 (2.6.20). */
  public Step<Long> sysPwrite64(TaskFiles current, int fd, IoVec source, long pos) {
    return function(
        "sys_pwrite64",
        () ->
            pos < 0
                ? done((long) -Errno.EINVAL)
                : current.withFile(fd, filp -> vfsWrite(current, filp.file(), source, pos)));
  }

  /** {@code sys_fsync} and {@code sys_fdatasync}, sync.c:124 (2.6.20): 0 or a negative errno. */
  public Step<Long> sysFsync(TaskFiles current, int fd, boolean datasync) {
    return function(
        datasync ? "sys_fdatasync" : "sys_fsync",
        () -> current.withFile(fd, filp -> sync.fsync(filp.file(), datasync)));
  }

  /** {@code vfs_read}, read_write.c:253 (2.6.20). */
  private Step<Long> vfsRead(TaskFiles current, File file, ReadBuffer buffer, long pos) {
    return function(
        "vfs_read",
        () -> {
          long error = check(file.readable(), buffer.base(), buffer.length(), pos);
          return error != 0
              ? done(error)
              : told(
                  "read",
                  UserTransfer.read(file, pos, buffer),
                  doSyncRead(current, file, buffer, pos));
        });
  }

  /** {@code vfs_write}, read_write.c:313 (2.6.20). */
  private Step<Long> vfsWrite(TaskFiles current, File file, IoVec source, long pos) {
    return function(
        "vfs_write",
        () -> {
          long error = check(file.writable(), source.base(), source.length(), pos);
          return error != 0
              ? done(error)
              : told(
                  "write",
                  UserTransfer.write(file, pos, List.of(source)),
                  doSyncWrite(current, file, source, pos));
        });
  }

  private Step<Long> told(String what, Transfer transfer, Step<Long> body) {
    return aio.transfer(what + ": begin", transfer, null, 0)
        .then(() -> body)
        .then(ret -> aio.transfer(what + ": end", transfer, null, ret).map(x -> ret));
  }

  /** The mode, {@code access_ok} and {@code rw_verify_area}: 0 or a negative errno. */
  private static long check(boolean mode, long base, long length, long pos) {
    if (!mode) {
      return -Errno.EBADF;
    }
    if (!UserAccess.accessOk(base, length)) {
      return -Errno.EFAULT;
    }
    return pos + length < 0 ? -Errno.EINVAL : 0;
  }

  /** {@code do_sync_read}, read_write.c:230 (2.6.20): an asynchronous read, waited for. */
  private Step<Long> doSyncRead(TaskFiles current, File file, ReadBuffer buffer, long pos) {
    return function(
        "do_sync_read",
        () ->
            initSyncKiocb(current, file, pos, buffer.length())
                .then(
                    iocb -> untilNoRetry(iocb, k -> file.inode().fOps().aioRead(k, buffer, pos))));
  }

  /** {@code do_sync_write}, read_write.c:288 (2.6.20): an asynchronous write, waited for. */
  private Step<Long> doSyncWrite(TaskFiles current, File file, IoVec source, long pos) {
    return function(
        "do_sync_write",
        () ->
            initSyncKiocb(current, file, pos, source.length())
                .then(
                    iocb ->
                        untilNoRetry(
                            iocb, k -> file.inode().fOps().aioWrite(k, List.of(source), pos))));
  }

  private static Step<Kiocb> initSyncKiocb(TaskFiles task, File file, long pos, long length) {
    return current(
        c -> {
          long number = (long) c.pid() << 32 | task.nextSyncRequest();
          return done(new Kiocb(null, file, pos, length, number));
        });
  }

  private Step<Long> untilNoRetry(Kiocb iocb, Function<Kiocb, Step<Long>> method) {
    return method
        .apply(iocb)
        .then(
            ret -> {
              if (ret == -Errno.EIOCBRETRY) {
                return aio.waitOnRetrySyncKiocb(iocb).then(() -> untilNoRetry(iocb, method));
              }
              return ret == -Errno.EIOCBQUEUED ? aio.waitOnSyncKiocb(iocb) : done(ret);
            });
  }
}
