package diorama.kernel.fs;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.forEach;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.when;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.fs.RefKioctx.CtxRqWait;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/**
 * fs/aio.c since 3.12: how I/O contexts are made, waited for and destroyed.
 *
 * <p>Nobody frees a context. Whoever drops the last reference on users drops those on reqs, and
 * whoever drops the last of reqs, which may be an interrupt, wakes who waits in io_destroy and
 * leaves the rest to a worker.
 */
final class RefContexts {
  private static final int SIZEOF_IO_EVENT = 32;
  private static final long TOO_MANY = 0x10000000L / SIZEOF_IO_EVENT;

  private final ActorRef<KioctxActor.Command> kioctxs;

  RefContexts(ActorRef<KioctxActor.Command> kioctxs) {
    this.kioctxs = kioctxs;
  }

  /** A new context, or a negative errno. */
  private record Allocated(long error, Address address, long userId) {
    static Allocated failed(int errno) {
      return new Allocated(-errno, new Address(0, 0), 0);
    }
  }

  /** {@code sys_io_setup}: see {@link Aio#sysIoSetup}. */
  Step<AioContexts.Setup> sysIoSetup(
      TaskFiles current, long nrEvents, long before, UserAccess access) {
    return function(
        "sys_io_setup",
        () -> {
          if (access == UserAccess.NONE) {
            return done(new AioContexts.Setup(-Errno.EFAULT, 0));
          }
          if (before != 0 || nrEvents == 0) {
            return done(new AioContexts.Setup(-Errno.EINVAL, 0));
          }
          return ioctxAlloc(current.mm(), nrEvents)
              .then(
                  ctx ->
                      ctx.error != 0
                          ? done(new AioContexts.Setup(ctx.error, 0))
                          : putUser(ctx, access).alsoDo(() -> putUsers(ctx.address)));
        });
  }

  private Step<AioContexts.Setup> putUser(Allocated ctx, UserAccess access) {
    return access == UserAccess.ALL
        ? done(new AioContexts.Setup(0, ctx.userId))
        : killIoctx(ctx.address, null).map(x -> new AioContexts.Setup(-Errno.EFAULT, 0));
  }

  /**
   * {@code ioctx_alloc}: makes room for twice as many events as were asked for, and for 8 times the
   * number of CPUs at least.
   */
  private Step<Allocated> ioctxAlloc(Mm mm, long asked) {
    return function(
        "ioctx_alloc",
        () -> {
          long nrEvents = RefKioctx.nrEvents(asked);
          if (nrEvents > TOO_MANY) {
            return done(Allocated.failed(Errno.EINVAL));
          }
          if (nrEvents > AioMemory.AIO_MAX_NR * 2L) {
            return done(Allocated.failed(Errno.EAGAIN));
          }
          return RefIoctxCall.allocKioctx(kioctxs, (int) nrEvents, mm)
              .then(ctx -> aioSetupRing(ctx));
        });
  }

  private Step<Allocated> aioSetupRing(Address ctx) {
    return RefIoctxCall.setupRing(kioctxs, ctx)
        .then(
            ret ->
                ret < 0
                    ? RefIoctxCall.freeKioctx(kioctxs, ctx).map(x -> new Allocated(ret, ctx, 0))
                    : RefIoctxCall.chargeAioNr(kioctxs, ctx).then(fits -> addTable(ctx, fits)));
  }

  private Step<Allocated> addTable(Address ctx, boolean fits) {
    return fits
        ? RefIoctxCall.ioctxAddTable(kioctxs, ctx).map(userId -> new Allocated(0, ctx, userId))
        : freeIoctx(ctx).map(x -> Allocated.failed(Errno.EAGAIN));
  }

  /** {@code sys_io_destroy}: waits until all requests are done; 0, or -EINVAL. */
  Step<Long> sysIoDestroy(TaskFiles current, long ctxId) {
    return function(
        "sys_io_destroy",
        () ->
            RefIoctxCall.lookupIoctx(kioctxs, current.mm(), ctxId)
                .then(
                    found -> {
                      Address ctx = found.address();
                      return ctx == null ? done((long) -Errno.EINVAL) : destroy(ctx);
                    }));
  }

  private Step<Long> destroy(Address ctx) {
    CtxRqWait wait = new CtxRqWait(1);
    return killIoctx(ctx, wait)
        .alsoDo(() -> putUsers(ctx))
        .then(
            first ->
                first
                    ? RefIoctxCall.waitForCompletion(kioctxs, wait).map(x -> 0L)
                    : done((long) -Errno.EINVAL));
  }

  /**
   * {@code kill_ioctx}: nobody finds the context any more, and who waits for its events learns of
   * it. False if somebody else has done it.
   */
  private Step<Boolean> killIoctx(Address ctx, @Nullable CtxRqWait wait) {
    return function(
        "kill_ioctx",
        () ->
            RefIoctxCall.killIoctx(kioctxs, ctx, wait)
                .then(first -> when(first, () -> killed(ctx)).map(x -> first)));
  }

  private Step<Done> killed(Address ctx) {
    return RefIoctxCall.wakeUp(kioctxs, ctx)
        .then(() -> RefIoctxCall.aioNrSub(kioctxs, ctx))
        .then(() -> putUsers(ctx));
  }

  /** {@code exit_aio}: kills all contexts of a process and waits for all of them together. */
  Step<Done> exitAio(Mm mm) {
    return function(
        "exit_aio",
        () ->
            RefIoctxCall.ioctxTable(kioctxs, mm)
                .then(
                    table -> {
                      CtxRqWait wait = new CtxRqWait(table.size());
                      return forEach(table, ctx -> killIoctx(ctx, wait))
                          .then(
                              () ->
                                  when(
                                      !table.isEmpty(),
                                      () -> RefIoctxCall.waitForCompletion(kioctxs, wait)));
                    }));
  }

  /** {@code percpu_ref_put(&ctx->users)}. */
  Step<Done> putUsers(Address ctx) {
    return RefIoctxCall.putUsers(kioctxs, ctx).then(last -> when(last, () -> freeIoctxUsers(ctx)));
  }

  /**
   * {@code free_ioctx_users}: nobody looks at the context any more. It would cancel what can be
   * cancelled; no request on a file can.
   */
  private Step<Done> freeIoctxUsers(Address ctx) {
    return function("free_ioctx_users", () -> putReqs(ctx).then(() -> putReqs(ctx)));
  }

  /** {@code percpu_ref_put(&ctx->reqs)}. */
  Step<Done> putReqs(Address ctx) {
    return RefIoctxCall.putReqs(kioctxs, ctx)
        .then(
            last ->
                when(
                    last,
                    () ->
                        function(
                            "free_ioctx_reqs", () -> RefIoctxCall.freeIoctxReqs(kioctxs, ctx))));
  }

  /** {@code free_ioctx}, in a worker. */
  Step<Done> freeIoctx(Address ctx) {
    return function(
        "free_ioctx",
        () ->
            RefIoctxCall.freeRing(kioctxs, ctx).then(() -> RefIoctxCall.freeKioctx(kioctxs, ctx)));
  }
}
