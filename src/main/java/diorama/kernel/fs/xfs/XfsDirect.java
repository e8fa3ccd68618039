package diorama.kernel.fs.xfs;

import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.iomap.Iomap;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/** Direct I/O of {@code fs/xfs/xfs_file.c} and {@code fs/xfs/xfs_iomap.c} (4.13). */
final class XfsDirect {
  private final Xfs xfs;
  private final XfsDioWriteEndIo endIo;

  XfsDirect(Xfs xfs) {
    this.xfs = xfs;
    this.endIo = new XfsDioWriteEndIo(xfs.fs.profile(), xfs.fs.bmap());
  }

  /** {@code xfs_file_dio_aio_read}: the IOLOCK is held shared. */
  Step<Long> read(Kiocb iocb, ReadBuffer buffer, long pos) {
    return Step.function(
        "xfs_file_dio_aio_read", () -> xfs.fs.iomap().read(iocb, buffer, pos, this::iomapBegin));
  }

  /**
   * {@code xfs_file_dio_aio_write}: with the IOLOCK shared, unless parts of blocks have to be
   * zeroed, which then happens to nobody else's blocks; or the write begins behind the end of the
   * file. What lies between is zeros here without being zeroed: blocks behind the end are
   * unwritten, and write-back fills the last page up.
   */
  Step<Long> write(Kiocb iocb, List<IoVec> iov, long pos) {
    Inode inode = iocb.kiFilp().inode();
    long count = iov.stream().mapToLong(IoVec::length).sum();
    boolean unaligned = ((pos | (pos + count)) & ((1L << inode.blkbits()) - 1)) != 0;
    return Step.function(
        "xfs_file_dio_aio_write",
        () ->
            unaligned
                ? InodeActor.lockExclusive(inode)
                    .then(() -> InodeActor.dioWait(inode))
                    .then(() -> iomapDioRw(iocb, iov, pos))
                    .alsoDo(() -> InodeActor.unlockExclusive(inode))
                : lock(inode, pos)
                    .then(() -> iomapDioRw(iocb, iov, pos))
                    .alsoDo(() -> InodeActor.unlockShared(inode)));
  }

  private Step<Long> iomapDioRw(Kiocb iocb, List<IoVec> iov, long pos) {
    return xfs.fs.iomap().write(iocb, iov, pos, this::iomapBegin, endIo);
  }

  /** {@code xfs_file_aio_write_checks}: behind the end of the file everything else ends first. */
  private static Step<Done> lock(Inode inode, long pos) {
    return InodeActor.lockShared(inode)
        .then(() -> InodeActor.iSizeRead(inode))
        .then(size -> pos > size ? drain(inode) : Step.done());
  }

  private static Step<Done> drain(Inode inode) {
    return InodeActor.unlockShared(inode)
        .then(() -> InodeActor.lockExclusive(inode))
        .then(() -> InodeActor.dioWait(inode))
        .then(() -> InodeActor.downgrade(inode));
  }

  /** {@code xfs_file_iomap_begin}: ILOCK is taken and given back within. */
  private Step<Iomap> iomapBegin(Inode inode, long pos, long length, boolean write) {
    long first = pos >> inode.blkbits();
    long last = (pos + length - 1) >> inode.blkbits();
    int blocks = (int) Math.min(Integer.MAX_VALUE, last - first + 1);
    return Step.function(
        "xfs_file_iomap_begin",
        () ->
            XfsBmap.read(xfs.fs.bmap(), inode.ino(), first, blocks)
                .then(
                    found ->
                        write && !found.mapping().mapped()
                            ? XfsBmap.allocate(xfs.fs.bmap(), inode.ino(), first, blocks)
                                .map(m -> new XfsBmap.Found(m, m.blocks()))
                            : Step.done(found))
                .map(found -> toIomap(inode, pos, found)));
  }

  private static Iomap toIomap(Inode inode, long pos, XfsBmap.Found found) {
    BlockMapping m = found.mapping();
    if (m.error() != 0) {
      return Iomap.failed(m.error());
    }
    long inBlock = pos & ((1L << inode.blkbits()) - 1);
    long length = ((long) found.blocks() << inode.blkbits()) - inBlock;
    Iomap.Type type =
        !m.mapped() ? Iomap.Type.HOLE : m.unwritten() ? Iomap.Type.UNWRITTEN : Iomap.Type.MAPPED;
    long sector = m.mapped() ? ((m.block() << inode.blkbits()) + inBlock) / 512 : 0;
    return new Iomap(type, sector, length, m.isNew(), 0);
  }
}
