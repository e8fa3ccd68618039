package diorama.kernel.fs.xfs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.iomap.IomapDioEndIo;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * {@code xfs_dio_write_end_io}, fs/xfs/xfs_file.c (4.13): what was written becomes so in the extent
 * map, and the file grows over it; nothing of either after an error.
 */
record XfsDioWriteEndIo(KernelProfile profile, ActorRef<XfsBmap.Command> bmap)
    implements IomapDioEndIo {
  /** Between the two a reader of 4.13 finds zeros inside the file: ee70daab. */
  @Override
  public Step<Long> endIo(Kiocb iocb, long pos, long size, boolean unwritten) {
    Inode inode = iocb.kiFilp().inode();
    if (size <= 0) {
      return Step.done(size);
    }
    return Step.function(
            "xfs_dio_write_end_io",
            () ->
                profile.fixed(Fix.XFS_SIZE_AFTER_CONVERSION)
                    ? writeUnwritten(inode, pos, size, unwritten)
                        .then(() -> InodeActor.iSizeExtend(inode, pos + size))
                    : InodeActor.iSizeExtend(inode, pos + size)
                        .alsoDo(() -> writeUnwritten(inode, pos, size, unwritten)))
        .map(grew -> 0L);
  }

  private Step<Done> writeUnwritten(Inode inode, long pos, long size, boolean unwritten) {
    long first = pos >> inode.blkbits();
    long last = (pos + size - 1) >> inode.blkbits();
    return Step.when(
        unwritten,
        () ->
            Step.function(
                "xfs_iomap_write_unwritten",
                () -> XfsBmap.convert(bmap, inode.ino(), first, last - first + 1)));
  }
}
