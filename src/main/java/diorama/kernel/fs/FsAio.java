package diorama.kernel.fs;

import diorama.kernel.fs.IoctxMemory.FoundKioctx;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * fs/aio.c as it was at one time: what the system calls of {@link Aio} are made of.
 *
 * <p>Runs in the context that calls. Results are counts or 0, or negative errnos.
 */
interface FsAio {
  /** {@code sys_io_setup}; see {@link Aio#sysIoSetup}. */
  Step<AioContexts.Setup> sysIoSetup(
      TaskFiles current, long nrEvents, long before, UserAccess access);

  /** {@code sys_io_destroy}: 0, or -EINVAL if there is no such context. */
  Step<Long> sysIoDestroy(TaskFiles current, long ctxId);

  /** {@code exit_aio}: the last thread of a process is gone, and its contexts with it. */
  Step<Done> exitAio(Mm mm);

  /** {@code lookup_ioctx}: takes a reference. */
  Step<FoundKioctx> lookupIoctx(Mm mm, long ctxId);

  /** Gives back the reference that {@link #lookupIoctx} took. */
  Step<Done> putIoctx(Address ctx);

  /** {@code io_submit_one}: 0 if the request was accepted, however it ended. */
  Step<Long> ioSubmitOne(TaskFiles current, Address ctx, IoSubmission iocb);

  /**
   * {@code read_events}.
   *
   * @param timeout kernel time, null to wait without an end
   */
  Step<EventsRead> readEvents(
      Address ctx, long minNr, long nr, UserAccess eventsAccess, @Nullable Duration timeout);

  /**
   * The part of {@code sys_io_cancel} behind the look-up: what it returns for a request on a file.
   */
  Step<Long> cancel(Address ctx, long iocb);

  /** {@code aio_complete}, in any context. */
  Step<Done> aioComplete(Kiocb iocb, long res, long res2);

  /** Reads {@code ki_pos} of an asynchronous kiocb. */
  Step<Long> kiPos(Kiocb iocb);

  /** One piece of work of the workqueue, in its worker. */
  Step<Done> work(AioWork work);
}
