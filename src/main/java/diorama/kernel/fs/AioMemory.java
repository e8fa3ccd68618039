package diorama.kernel.fs;

import diorama.kernel.KernelProfile;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.ObjectActor.Timer;
import diorama.kernel.tracepoint.Tracer;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/**
 * What fs/aio.c keeps in one machine: the slabs "kiocb" and "kioctx", and the contexts in them; and
 * the open files that requests hold.
 *
 * <p>They are together because slots are handed out machine-wide, last freed first: a kiocb that
 * one process freed can be the next one of another. Every method is one section under one kioctx's
 * ctx_lock, or one slab or atomic operation, and answers its caller. A pointer to memory that was
 * freed is followed as the kernel follows it; what it finds there decides what happens.
 */
final class AioMemory {
  /** {@code aio_max_nr}: how many requests all contexts of a machine may be made for. */
  static final int AIO_MAX_NR = 0x10000;

  /** What a pointer is that was read from poisoned memory. */
  static final long POISON = 0x6b6b6b6bL;

  private final KiocbMemory kiocbs;
  private final IoctxMemory ioctxs;
  private final AioRuns runs;
  private final RefKiocbMemory refKiocbs;
  private final RefIoctxMemory refIoctxs;
  private final FilpMemory filps;
  private final AioWorkqueue aioWq;

  /**
   * Empty slabs.
   *
   * @param scaled turns a kernel interval into the time that this machine lives in
   * @param worker runs what is queued on "aio"
   */
  AioMemory(
      KernelProfile profile,
      AfterFree afterFree,
      Tracer tracer,
      LongUnaryOperator scaled,
      Timer<KioctxActor.Command> timer,
      Consumer<AioWork> worker) {
    this.ioctxs = new IoctxMemory(profile, afterFree, tracer, timer);
    this.aioWq = new AioWorkqueue(worker);
    this.kiocbs = new KiocbMemory(profile, afterFree, tracer, ioctxs, aioWq);
    this.runs = new AioRuns(profile, tracer, scaled, timer, ioctxs, kiocbs, aioWq);
    this.refIoctxs = new RefIoctxMemory(afterFree, tracer, timer, aioWq);
    this.refKiocbs = new RefKiocbMemory(afterFree, tracer, refIoctxs);
    this.filps = new FilpMemory(profile, afterFree, tracer, scaled, timer, aioWq);
  }

  /** The requests. */
  KiocbMemory kiocbs() {
    return kiocbs;
  }

  /** The contexts. */
  IoctxMemory ioctxs() {
    return ioctxs;
  }

  /** The requests that run. */
  AioRuns runs() {
    return runs;
  }

  /** The requests since 3.12. */
  RefKiocbMemory refKiocbs() {
    return refKiocbs;
  }

  /** The contexts since 3.12. */
  RefIoctxMemory refIoctxs() {
    return refIoctxs;
  }

  /** The open files. */
  FilpMemory filps() {
    return filps;
  }

  /** How much is allocated: nothing of it is left when a machine is at rest. */
  void inUse(Caller<KioctxActor.InUse> caller) {
    caller.answer(
        new KioctxActor.InUse(
            kiocbs.live() + refKiocbs.live(),
            ioctxs.live() + refIoctxs.live(),
            ioctxs.aioNr() + refIoctxs.aioNr(),
            filps.live(),
            aioWq.isIdle()));
  }
}
