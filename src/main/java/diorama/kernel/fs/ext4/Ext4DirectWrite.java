package diorama.kernel.fs.ext4;

import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.DioEndIo;
import diorama.kernel.fs.GetBlock;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;
import java.util.function.Function;

/**
 * One run of {@code ext4_ext_direct_IO(WRITE)}, fs/ext4/inode.c (4.2). Inside the file new blocks
 * are unwritten until their data are on the disk, and then made written: by end_io for an
 * asynchronous write, by the submitter for any other. A write that extends the file has its blocks
 * written at once and the inode on the orphan list, as {@code ext4_ind_direct_IO} has it.
 */
final class Ext4DirectWrite implements GetBlock {
  private final Ext4 ext4;
  private final Kiocb iocb;
  private final Inode inode;
  private final List<IoVec> iov;
  private final long offset;
  private final GetBlock getBlockWrite;

  /** {@code EXT4_IO_END_UNWRITTEN}, or EXT4_STATE_DIO_UNWRITTEN; set before the first bio ends. */
  private volatile boolean unwritten;

  Ext4DirectWrite(Ext4 ext4, Kiocb iocb, List<IoVec> iov, long offset) {
    this.ext4 = ext4;
    this.iocb = iocb;
    this.inode = iocb.kiFilp().inode();
    this.iov = iov;
    this.offset = offset;
    this.getBlockWrite = new Ext4GetBlock(ext4, true);
  }

  /** Bytes, a negative errno, or -EIOCBQUEUED. */
  Step<Long> run() {
    return InodeActor.iSizeRead(inode)
        .then(size -> offset + count() > size ? extend() : writeInside());
  }

  private long count() {
    return iov.stream().mapToLong(IoVec::length).sum();
  }

  // ---- inside the file ----

  /** {@code ext4_get_block_write}. */
  @Override
  public Step<BlockMapping> map(Inode of, long block, int maxBlocks, boolean create) {
    return getBlockWrite
        .map(of, block, maxBlocks, create)
        .map(
            found -> {
              unwritten |= found.unwritten();
              return found;
            });
  }

  @Override
  public boolean fillsHoles() {
    return true;
  }

  private Step<Long> writeInside() {
    DioEndIo endIo = iocb.isSync() ? DioEndIo.NONE : this::ext4EndIoDio;
    return ext4.fs
        .directIo()
        .write(iocb, inode, iov, offset, this, endIo)
        .then(
            written ->
                iocb.isSync() && written > 0
                    ? convert(offset, written).map(error -> error != 0 ? error : written)
                    : Step.done(written));
  }

  /** {@code ext4_end_io_dio}: nothing is converted that was not written, where it is told so. */
  private Step<Long> ext4EndIoDio(Kiocb of, long start, long bytes) {
    return Step.function(
        "ext4_end_io_dio", () -> bytes > 0 ? convert(start, bytes) : Step.done(0L));
  }

  /** {@code ext4_convert_unwritten_extents}: 0 or a negative errno. */
  private Step<Long> convert(long start, long bytes) {
    if (!unwritten) {
      return Step.done(0L);
    }
    long first = start >> inode.blkbits();
    long last = (start + bytes - 1) >> inode.blkbits();
    return Step.function(
        "ext4_convert_unwritten_extents",
        () ->
            inHandle(
                handle ->
                    Ext4InodeInfo.downWrite(ext4.info)
                        .then(() -> Ext4InodeInfo.convert(ext4.info, first, last - first + 1))
                        .alsoDo(() -> Ext4InodeInfo.upWrite(ext4.info))
                        .then(() -> ext4.markInodeDirty(handle, inode))));
  }

  // ---- behind its end ----

  private Step<Long> extend() {
    return inHandle(handle -> ext4.orphanAdd(handle, inode))
        .then(
            error ->
                error != 0
                    ? Step.done(error)
                    : ext4.fs
                        .directIo()
                        .write(iocb, inode, iov, offset, ext4.getBlock, DioEndIo.NONE))
        .then(written -> inHandle(handle -> end(handle, written)).map(error -> written));
  }

  private Step<Long> inHandle(Function<Handle, Step<Long>> body) {
    return ext4.fs
        .sb()
        .journalStart(ext4.chunkTransBlocks())
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
        .then(changed -> Step.when(changed, () -> ext4.markInodeDirty(handle, inode)));
  }
}
