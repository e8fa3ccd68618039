package diorama.kernel.fs.ext4;

import diorama.kernel.fs.DioEndIo;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * One run of {@code ext4_ind_direct_IO(WRITE)}, fs/ext4/indirect.c (4.2), which is also what {@code
 * ext4_ext_direct_IO} falls back to for a write that extends the file: the inode is on the orphan
 * list while it is under way.
 */
final class Ext4DirectWrite {
  private final Ext4 ext4;
  private final Kiocb iocb;
  private final Inode inode;
  private final List<IoVec> iov;
  private final long offset;

  Ext4DirectWrite(Ext4 ext4, Kiocb iocb, List<IoVec> iov, long offset) {
    this.ext4 = ext4;
    this.iocb = iocb;
    this.inode = iocb.kiFilp().inode();
    this.iov = iov;
    this.offset = offset;
  }

  /** Bytes, a negative errno, or -EIOCBQUEUED. */
  Step<Long> run() {
    return InodeActor.iSizeRead(inode).then(size -> offset + count() > size ? extend() : write());
  }

  private long count() {
    return iov.stream().mapToLong(IoVec::length).sum();
  }

  private Step<Long> write() {
    return ext4.fs.directIo().write(iocb, inode, iov, offset, ext4.getBlock, DioEndIo.NONE);
  }

  private Step<Long> extend() {
    return inHandle(handle -> ext4.orphanAdd(handle, inode))
        .then(error -> error != 0 ? Step.done(error) : write())
        .then(written -> inHandle(handle -> end(handle, written)).map(error -> written));
  }

  private Step<Long> inHandle(java.util.function.Function<Handle, Step<Long>> body) {
    return ext4.fs
        .sb()
        .journalStart(2)
        .then(
            handle ->
                handle.isErr()
                    ? Step.done(handle.ptrErr())
                    : body.apply(handle).then(error -> ext4.stop(handle, error)));
  }

  private Step<Long> end(Handle handle, long written) {
    return ext4.fs
        .metadata()
        .changeOrphanList(handle, inode, "_orphan_del")
        .then(() -> written > 0 ? moveSize(handle, offset + written) : Step.done(Done.DONE))
        .map(d -> 0L);
  }

  private Step<Done> moveSize(Handle handle, long end) {
    return Ext4.updateInodeSize(inode, end)
        .then(
            changed -> Step.when(changed, () -> ext4.fs.metadata().markInodeDirty(handle, inode)));
  }
}
