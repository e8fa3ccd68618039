package diorama.kernel.fs.ext3;

import diorama.kernel.Fix;
import diorama.kernel.fs.DioEndIo;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/** One run of {@code ext3_direct_IO(WRITE)}, inode.c:1684 (2.6.20), with its locals. */
final class Ext3DirectWrite {
  private final Ext3 ext3;
  private final Kiocb iocb;
  private final Inode inode;
  private final List<IoVec> iov;
  private final long offset;
  private boolean orphan;

  Ext3DirectWrite(Ext3 ext3, Kiocb iocb, Inode inode, List<IoVec> iov, long offset) {
    this.ext3 = ext3;
    this.iocb = iocb;
    this.inode = inode;
    this.iov = iov;
    this.offset = offset;
  }

  /** Bytes, a negative errno, or -EIOCBQUEUED. */
  Step<Long> run() {
    if (ext3.fs.profile().fixed(Fix.EXT3_DIRECT_IO_WITHOUT_HANDLE)) {
      return InodeActor.iSizeRead(inode)
          .then(iSize -> offset + count() > iSize ? addOrphanInItsHandle(iSize) : Step.done(0L))
          .then(error -> error != 0 ? Step.done(error) : transfer())
          .then(written -> orphan ? stopFreshHandle(written) : Step.done(written));
    }
    return start().then(handle -> handle.isErr() ? Step.done(handle.ptrErr()) : write(handle));
  }

  private Step<Long> write(Handle handle) {
    return InodeActor.iSizeRead(inode)
        .then(iSize -> offset + count() > iSize ? addOrphan(handle, iSize) : Step.done(0L))
        .then(error -> error != 0 ? Step.done(error) : transfer())
        .then(this::stop);
  }

  private Step<Long> transfer() {
    return ext3.fs.directIo().write(iocb, inode, iov, offset, ext3.getBlock, DioEndIo.NONE);
  }

  private Step<Long> addOrphanInItsHandle(long iSize) {
    return start()
        .then(
            handle ->
                handle.isErr()
                    ? Step.done(handle.ptrErr())
                    : addOrphan(handle, iSize).alsoDo(() -> ext3.fs.jbd().journalStop(handle)));
  }

  private Step<Long> stopFreshHandle(long written) {
    return start().then(handle -> handle.isErr() ? Step.done(handle.ptrErr()) : stop(written));
  }

  private Step<Handle> start() {
    return ext3.fs.sb().journalStart(Ext3GetBlock.DIO_CREDITS);
  }

  private long count() {
    return iov.stream().mapToLong(IoVec::length).sum();
  }

  private Step<Long> addOrphan(Handle handle, long iSize) {
    return ext3.fs
        .metadata()
        .changeOrphanList(handle, inode, "_orphan_add")
        .then(
            error -> {
              orphan = error == 0;
              return Step.when(orphan, () -> InodeActor.iDisksizeWrite(inode, iSize))
                  .map(d -> error);
            });
  }

  /** The handle may be another one by now: ext3_get_block restarts it. */
  private Step<Long> stop(long written) {
    return Step.current(
        context -> {
          Handle handle = Jbd.currentHandle(context);
          return handle == null
              ? Step.done(written)
              : Step.when(orphan, () -> removeOrphan(handle, written))
                  .then(() -> ext3.fs.jbd().journalStop(handle))
                  .map(error -> written == 0 ? error : written);
        });
  }

  private Step<Done> removeOrphan(Handle handle, long written) {
    long end = offset + written;
    return ext3.fs
        .metadata()
        .changeOrphanList(handle, inode, "_orphan_del")
        .then(() -> written > 0 ? InodeActor.iSizeRead(inode) : Step.done(Long.MAX_VALUE))
        .then(iSize -> Step.when(end > iSize, () -> moveSize(handle, end)));
  }

  private Step<Long> moveSize(Handle handle, long end) {
    return InodeActor.iDisksizeWrite(inode, end)
        .then(() -> InodeActor.iSizeWrite(inode, end))
        .then(() -> ext3.fs.metadata().markInodeDirty(handle, inode));
  }
}
