package diorama.kernel.fs;

import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** What direct I/O needs of fs/aio.c, in any context. */
public interface AioCompletion {
  /** {@code aio_complete(iocb, res, res2)}: posts the event and drops the I/O reference. */
  Step<Done> aioComplete(Kiocb iocb, long res, long res2);

  /**
   * {@code kiocbSetPgBusy}, of Leonid Ananiev's patch: the write is to be done again. Nothing for a
   * synchronous kiocb, whose caller has waited already.
   */
  Step<Done> kiocbSetPgBusy(Kiocb iocb);

  /**
   * With that patch, a marked kiocb is kicked when its I/O has ended, and no event is posted: true
   * if it was marked. The mark is gone then.
   */
  Step<Boolean> retryIfPgBusy(Kiocb iocb);

  /**
   * A file system goes on with the inode after it has queued a request: what pins the inode is the
   * file, which the completion may have given back.
   *
   * @param function who does
   */
  Step<Done> usesInode(Kiocb iocb, String function);

  /** Reads {@code iocb->ki_pos}, which may be freed memory by now. */
  Step<Long> kiPos(Kiocb iocb);
}
