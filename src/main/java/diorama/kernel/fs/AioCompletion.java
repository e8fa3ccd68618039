package diorama.kernel.fs;

import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** What direct I/O needs of fs/aio.c, in any context. */
public interface AioCompletion {
  /** {@code aio_complete(iocb, res, res2)}: posts the event and drops the I/O reference. */
  Step<Done> aioComplete(Kiocb iocb, long res, long res2);

  /** Reads {@code iocb->ki_pos}, which may be freed memory by now. */
  Step<Long> kiPos(Kiocb iocb);
}
