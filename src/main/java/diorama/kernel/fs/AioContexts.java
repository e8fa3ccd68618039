package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.forEach;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;
import static diorama.kernel.sched.Step.when;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;

/** fs/aio.c: how I/O contexts are made, waited for and destroyed. */
public final class AioContexts {
  /** {@code sizeof(struct kiocb)} of a 32-bit kernel; larger than an event, so it bounds. */
  private static final int SIZEOF_KIOCB = 136;

  private static final long TOO_MANY = 0x10000000L / SIZEOF_KIOCB;

  private final Host host;
  private final ActorRef<KioctxActor.Command> kioctxs;

  AioContexts(Host host, ActorRef<KioctxActor.Command> kioctxs) {
    this.host = host;
    this.kioctxs = kioctxs;
  }

  /**
   * What io_setup answered.
   *
   * @param result 0 or a negative errno
   * @param ctxId what it stored for the program, 0 if nothing
   */
  public record Setup(long result, long ctxId) {}

  /** A new context, or a negative errno. */
  private record Allocated(long error, Address address, long userId) {
    static final Address NOWHERE = new Address(0, 0);

    static Allocated failed(int errno) {
      return new Allocated(-errno, NOWHERE, 0);
    }
  }

  /**
   * {@code sys_io_setup}, aio.c:1239 (2.6.20): makes a context.
   *
   * @param nrEvents how many events it is to hold at least
   * @param before what the program's variable holds, which has to be 0
   * @param access what can be done with that variable
   */
  public Step<Setup> sysIoSetup(TaskFiles current, long nrEvents, long before, UserAccess access) {
    return function(
        "sys_io_setup",
        () -> {
          if (access == UserAccess.NONE) {
            return done(new Setup(-Errno.EFAULT, 0));
          }
          if (before != 0 || nrEvents == 0) {
            return done(new Setup(-Errno.EINVAL, 0));
          }
          return ioctxAlloc(current.mm(), nrEvents)
              .then(ctx -> ctx.error != 0 ? done(new Setup(ctx.error, 0)) : putUser(ctx, access));
        });
  }

  private Step<Setup> putUser(Allocated ctx, UserAccess access) {
    if (access == UserAccess.ALL) {
      return done(new Setup(0, ctx.userId));
    }
    return IoctxCall.getIoctx(kioctxs, ctx.address)
        .then(() -> ioDestroy(ctx.address))
        .map(x -> new Setup(-Errno.EFAULT, 0));
  }

  /** {@code ioctx_alloc}, aio.c:199 (2.6.20). Any failure of the ring is -ENOMEM to the caller. */
  private Step<Allocated> ioctxAlloc(Mm mm, long nrEvents) {
    return function(
        "ioctx_alloc",
        () -> {
          if (nrEvents < 0 || nrEvents > TOO_MANY) {
            return done(Allocated.failed(Errno.EINVAL));
          }
          if (nrEvents > AioMemory.AIO_MAX_NR) {
            return done(Allocated.failed(Errno.EAGAIN));
          }
          return IoctxCall.allocKioctx(kioctxs, (int) nrEvents, mm).then(this::setupRing);
        });
  }

  private Step<Allocated> setupRing(Address ctx) {
    return IoctxCall.setupRing(kioctxs, ctx)
        .then(
            ret ->
                ret < 0
                    ? IoctxCall.freeKioctx(kioctxs, ctx).map(x -> Allocated.failed(Errno.ENOMEM))
                    : IoctxCall.chargeAioNr(kioctxs, ctx).then(fits -> link(ctx, fits)));
  }

  private Step<Allocated> link(Address ctx, boolean fits) {
    return fits
        ? IoctxCall.linkIoctx(kioctxs, ctx).map(userId -> new Allocated(0, ctx, userId))
        : freeIoctx(ctx).map(x -> Allocated.failed(Errno.EAGAIN));
  }

  /** {@code sys_io_destroy}, aio.c:1277 (2.6.20): 0, or -EINVAL if there is no such context. */
  public Step<Long> sysIoDestroy(TaskFiles current, long ctxId) {
    return function(
        "sys_io_destroy",
        () ->
            IoctxCall.lookupIoctx(kioctxs, current.mm(), ctxId)
                .then(
                    found -> {
                      Address ctx = found.address();
                      return ctx == null ? done((long) -Errno.EINVAL) : ioDestroy(ctx).map(x -> 0L);
                    }));
  }

  /**
   * {@code io_destroy}, aio.c:1200 (2.6.20): takes the context off its process's list, cancels what
   * is active and waits in D state until it has completed.
   */
  private Step<Done> ioDestroy(Address ctx) {
    return function(
        "io_destroy",
        () ->
            IoctxCall.unlinkIoctx(kioctxs, ctx)
                .then(wasDead -> when(!wasDead, () -> putIoctx(ctx)))
                .then(() -> IoctxCall.cancelAll(kioctxs, ctx))
                .then(() -> waitForAllAios(ctx))
                .then(() -> putIoctx(ctx)));
  }

  /**
   * {@code wait_for_all_aios}, aio.c:296 (2.6.20): sleeps until no request is active. Without
   * WAIT_FOR_ALL_AIOS_LOCKED it looks without ctx_lock, and can go on while the completion that
   * freed the last request still holds a reference on the context.
   */
  private Step<Done> waitForAllAios(Address ctx) {
    return function("wait_for_all_aios", () -> loop(() -> IoctxCall.waitForAll(kioctxs, ctx)));
  }

  /**
   * {@code exit_aio}, aio.c:342 (2.6.20): the last thread of a process is gone, and its contexts
   * with it.
   */
  public Step<Done> exitAio(Mm mm) {
    return function(
        "exit_aio",
        () -> IoctxCall.takeIoctxList(kioctxs, mm).then(list -> forEach(list, this::exitIoctx)));
  }

  private Step<Done> exitIoctx(Address ctx) {
    return IoctxCall.cancelAll(kioctxs, ctx)
        .then(() -> waitForAllAios(ctx))
        .then(this::flushWorkqueue)
        .then(() -> IoctxCall.alive(kioctxs, ctx))
        .then(alive -> when(alive.users() != 1, () -> stillAlive(ctx)))
        .then(() -> putIoctx(ctx));
  }

  private Step<Done> stillAlive(Address ctx) {
    return IoctxCall.alive(kioctxs, ctx)
        .then(
            alive ->
                current(
                    c -> {
                      host.printk(
                          c,
                          String.format(
                              "exit_aio:ioctx still alive: %d %d %d",
                              alive.users(), alive.dead() ? 1 : 0, alive.reqsActive()));
                      return done();
                    }));
  }

  /** {@code put_ioctx}, aio.h:223 (2.6.20): drops a reference; the last one frees the context. */
  Step<Done> putIoctx(Address ctx) {
    return IoctxCall.putIoctx(kioctxs, ctx).then(last -> when(last, () -> freeIoctx(ctx)));
  }

  /**
   * {@code __put_ioctx}, aio.c:372 (2.6.20). Waits for the workqueue and takes mmap_sem, so an
   * interrupt must not come here.
   */
  private Step<Done> freeIoctx(Address ctx) {
    return function(
        "__put_ioctx",
        () ->
            IoctxCall.checkNoRequests(kioctxs, ctx)
                .then(
                    maxReqs ->
                        IoctxCall.cancelWork(kioctxs, ctx)
                            .then(this::flushWorkqueue)
                            .then(() -> IoctxCall.freeRing(kioctxs, ctx))
                            .then(() -> IoctxCall.freeKioctx(kioctxs, ctx))
                            .then(
                                () ->
                                    when(
                                        maxReqs != 0,
                                        () -> IoctxCall.unchargeAioNr(kioctxs, maxReqs)))));
  }

  private Step<Done> flushWorkqueue() {
    return function("flush_workqueue", () -> AioRunCall.flushWorkqueue(kioctxs));
  }
}
