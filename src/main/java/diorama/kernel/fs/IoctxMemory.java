package diorama.kernel.fs;

import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.Kioctx.Outcome;
import diorama.kernel.fs.Kioctx.Posted;
import diorama.kernel.fs.Kioctx.ReadEvent;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.KmemCache.Found;
import diorama.kernel.sched.KmemCache.State;
import diorama.kernel.sched.ObjectActor.Timer;
import diorama.kernel.sched.Oops;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slab "kioctx" of one machine: how contexts come and go, and how their events are read.
 *
 * <p>Part of {@link AioMemory}. Every method is one section or one atomic operation and answers its
 * caller.
 */
final class IoctxMemory {
  private static final long TOP_OF_MMAP = 0xb8000000L;
  private static final long PAGE_SIZE = 4096;

  private final KernelProfile profile;
  private final Tracer tracer;
  private final Timer<KioctxActor.Command> timer;
  private final KmemCache<Kioctx> kioctxs;
  private long aioNr;
  private long nextMmap = TOP_OF_MMAP;

  /** An empty slab. */
  IoctxMemory(
      KernelProfile profile, AfterFree afterFree, Tracer tracer, Timer<KioctxActor.Command> timer) {
    this.profile = profile;
    this.tracer = tracer;
    this.timer = timer;
    this.kioctxs = new KmemCache<>("kioctx", afterFree);
  }

  /** Follows a pointer. */
  Found<Kioctx> find(Address ctx) {
    return kioctxs.find(ctx);
  }

  /** How many contexts are allocated. */
  int live() {
    return kioctxs.live();
  }

  /** {@code aio_nr}. */
  long aioNr() {
    return aioNr;
  }

  /** Runs what touches a kioctx without a lock; dies if the pointer leads to poison. */
  void inKioctx(Caller<?> caller, Address pointer, Consumer<Kioctx> body) {
    Found<Kioctx> found = kioctxs.find(pointer);
    Kioctx ctx = found.content();
    if (found.state() != State.LIVE) {
      tracer.emit(
          new Tracepoint(
              "use after free",
              caller.context(),
              new KioctxRef(pointer),
              found.state() == State.REUSED ? new KioctxRef(kioctxs.current(pointer)) : null,
              "kioctx is " + found.state(),
              0,
              0));
    }
    if (ctx == null) {
      caller.oops(new Oops.PagingFault(AioMemory.POISON, List.of()));
    } else {
      body.accept(ctx);
    }
  }

  /** Runs a section under the ctx_lock of the kioctx that a pointer leads to. */
  void underCtxLock(Caller<?> caller, Address pointer, Consumer<Kioctx> section) {
    inKioctx(caller, pointer, ctx -> ctx.ctxLock.section(caller, () -> section.accept(ctx)));
  }

  /** {@code kmem_cache_alloc(kioctx_cachep)} with the stores of {@code ioctx_alloc}. */
  void allocKioctx(Caller<Address> caller, int maxReqs, Mm mm) {
    Kioctx ctx = new Kioctx(maxReqs, mm);
    Address address = kioctxs.allocate(() -> ctx);
    ctx.setSelf(address);
    caller.answer(address);
  }

  /** {@code aio_setup_ring} under mmap_sem: 0 or -EAGAIN if there is no room to map it. */
  void setupRing(Caller<Long> caller, Address address) {
    inKioctx(caller, address, ctx -> caller.answer(setupRing(ctx)));
  }

  private long setupRing(Kioctx ctx) {
    long pages = Kioctx.ringPages(ctx.maxReqs);
    if (ctx.mm.ringPages + pages > ctx.mm.mappablePages()) {
      return -Errno.EAGAIN;
    }
    ctx.mm.ringPages += pages;
    nextMmap -= pages * PAGE_SIZE;
    ctx.setupRing(nextMmap);
    return 0;
  }

  /** {@code aio_free_ring} under mmap_sem. */
  void freeRing(Caller<Done> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          if (ctx.hasRing()) {
            long pages = Kioctx.ringPages(ctx.maxReqs);
            ctx.mm.ringPages -= pages;
            ctx.freeRing();
          }
          caller.answer(Done.DONE);
        });
  }

  /** The aio_nr_lock section of {@code ioctx_alloc}: false above {@link AioMemory#AIO_MAX_NR}. */
  void chargeAioNr(Caller<Boolean> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          boolean fits = aioNr + ctx.maxReqs <= AioMemory.AIO_MAX_NR;
          if (fits) {
            aioNr += ctx.maxReqs;
          } else {
            ctx.effectiveMaxReqs = 0;
          }
          caller.answer(fits);
        });
  }

  /** The aio_nr_lock section of {@code __put_ioctx}. */
  void unchargeAioNr(Caller<Done> caller, int maxReqs) {
    aioNr -= maxReqs;
    caller.answer(Done.DONE);
  }

  /** The ioctx_list_lock section of {@code ioctx_alloc}: answers the user's id. */
  void linkIoctx(Caller<Long> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          ctx.mm.ioctxList.addFirst(address);
          caller.answer(ctx.userId);
        });
  }

  /** A kioctx, or none. */
  record FoundKioctx(@Nullable Address address) {}

  /** {@code lookup_ioctx} under ioctx_list_lock: takes a reference. */
  void lookupIoctx(Caller<FoundKioctx> caller, Mm mm, long ctxId) {
    for (Address address : mm.ioctxList) {
      Kioctx ctx = kioctxs.find(address).content();
      if (ctx != null && ctx.userId == ctxId && !ctx.dead) {
        ctx.users++;
        caller.answer(new FoundKioctx(address));
        return;
      }
    }
    caller.answer(new FoundKioctx(null));
  }

  /** {@code get_ioctx}. */
  void getIoctx(Caller<Done> caller, Address ctx) {
    inKioctx(
        caller,
        ctx,
        c -> {
          c.users++;
          caller.answer(Done.DONE);
        });
  }

  /** {@code put_ioctx}: true if this was the last reference, so that the caller frees it. */
  void putIoctx(Caller<Boolean> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          if (ctx.users <= 0) {
            int line = profile.line("include/linux/aio.h", "put_ioctx");
            caller.oops(new Oops.Bug("include/linux/aio.h", line, List.of()));
          } else {
            caller.answer(--ctx.users == 0);
          }
        });
  }

  /** {@code BUG_ON(ctx->reqs_active)} of {@code __put_ioctx}; answers {@code ctx->max_reqs}. */
  void checkNoRequests(Caller<Integer> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          if (ctx.reqsActive != 0) {
            int line = profile.line("fs/aio.c", "__put_ioctx");
            caller.oops(new Oops.Bug("fs/aio.c", line, List.of()));
          } else {
            caller.answer(ctx.effectiveMaxReqs);
          }
        });
  }

  /** {@code cancel_delayed_work(&ctx->wq)}. */
  void cancelWork(Caller<Done> caller, Address ctx) {
    inKioctx(
        caller,
        ctx,
        c -> {
          c.workPending = false;
          caller.answer(Done.DONE);
        });
  }

  /** {@code kmem_cache_free(kioctx_cachep)}. */
  void freeKioctx(Caller<Done> caller, Address ctx) {
    tracer.emit(Tracepoint.of("kmem_cache_free kioctx", caller.context(), new KioctxRef(ctx)));
    kioctxs.free(ctx);
    caller.answer(Done.DONE);
  }

  /** The ioctx_list_lock section of {@code io_destroy}: whether it was dead before. */
  void unlinkIoctx(Caller<Boolean> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          boolean wasDead = ctx.dead;
          ctx.dead = true;
          ctx.mm.ioctxList.remove(address);
          caller.answer(wasDead);
        });
  }

  /** {@code aio_cancel_all}: no request here has a ki_cancel, so the lock is held throughout. */
  void cancelAll(Caller<Done> caller, Address address) {
    underCtxLock(
        caller,
        address,
        ctx -> {
          ctx.dead = true;
          for (KiocbContent req : ctx.activeReqs.values()) {
            req.cancelled = true;
            req.activeIn = null;
          }
          ctx.activeReqs.clear();
          caller.answer(Done.DONE);
        });
  }

  /**
   * One round of {@code wait_for_all_aios}: false if nothing is active, true after a sleep for it.
   */
  void waitForAll(Caller<Boolean> caller, Address address) {
    if (profile.fixed(Fix.WAIT_FOR_ALL_AIOS_LOCKED)) {
      underCtxLock(caller, address, ctx -> waitForAll(caller, ctx));
    } else {
      inKioctx(caller, address, ctx -> waitForAll(caller, ctx));
    }
  }

  private static void waitForAll(Caller<Boolean> caller, Kioctx ctx) {
    if (ctx.reqsActive == 0) {
      caller.answer(false);
    } else {
      ctx.waitForAll.sleep(caller);
    }
  }

  /** {@code lookup_kiocb} for io_cancel: whether such a request is active. */
  void lookupKiocb(Caller<Boolean> caller, Address address, long obj) {
    underCtxLock(
        caller,
        address,
        ctx -> caller.answer(ctx.activeReqs.values().stream().anyMatch(r -> r.obj == obj)));
  }

  /** {@code mm->ioctx_list = NULL}: what was on it, newest first. */
  void takeIoctxList(Caller<List<Address>> caller, Mm mm) {
    List<Address> taken = new ArrayList<>(mm.ioctxList);
    mm.ioctxList.clear();
    caller.answer(taken);
  }

  /** What the line of exit_aio says: {@code users}, {@code dead} and {@code reqs_active}. */
  record Alive(int users, boolean dead, int reqsActive) {}

  /** Reads the three. */
  void alive(Caller<Alive> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          caller.answer(new Alive(ctx.users, ctx.dead, ctx.reqsActive));
        });
  }

  // ---- events ----

  /** {@code wake_up(&ctx->wait)} after the lock was given back, as up to 2.6.19. */
  void wakeUp(Caller<Done> caller, Address ctx) {
    inKioctx(
        caller,
        ctx,
        c -> {
          c.wakeUp();
          caller.answer(Done.DONE);
        });
  }

  /** {@code aio_read_evt}, aio.c:1013 (2.6.20): under ring_lock, not under ctx_lock. */
  void readEvt(Caller<ReadEvent> caller, Address ctx) {
    inKioctx(caller, ctx, c -> caller.answer(takeEvent(caller, c)));
  }

  private ReadEvent takeEvent(Caller<?> caller, Kioctx ctx) {
    Posted posted = ctx.aioReadEvt();
    if (posted == null) {
      return ReadEvent.EMPTY;
    }
    tracer.emit(
        Tracepoint.of(
            "io_getevents: read",
            caller.context(),
            posted.kiocb(),
            "res=%d",
            posted.event().res()));
    return new ReadEvent(Outcome.EVENT, posted.event());
  }

  /**
   * One round of the sleeping loop of {@code read_events}: an event, or sleep until somebody wakes.
   *
   * @param enough min_nr events are there already: do not sleep
   */
  void readEvtOrSleep(
      Caller<ReadEvent> caller, Address address, boolean enough, @Nullable AioTimeout timeout) {
    inKioctx(caller, address, ctx -> readEvtOrSleep(caller, ctx, enough, timeout));
  }

  private void readEvtOrSleep(
      Caller<ReadEvent> caller, Kioctx ctx, boolean enough, @Nullable AioTimeout timeout) {
    ReadEvent event = takeEvent(caller, ctx);
    if (event.outcome() == Outcome.EVENT || enough || (timeout != null && timeout.timedOut)) {
      caller.answer(event);
      return;
    }
    ctx.readers.sleep(caller);
    if (timeout != null) {
      timeout.sleeper = caller;
      timeout.sleepsIn = ctx;
    }
  }

  /** A signal ends the sleep of a reader that is still asleep. */
  void interruptReader(Caller<ReadEvent> caller, Address ctx) {
    Kioctx sleptIn = kioctxs.find(ctx).content();
    if (sleptIn != null && sleptIn.readers.remove(caller)) {
      caller.wake(ReadEvent.SIGNAL);
    }
  }

  /** {@code set_timeout}: the timer runs, or has run out already. */
  void setTimeout(Caller<AioTimeout> caller, long nanos) {
    AioTimeout timeout = new AioTimeout();
    if (nanos <= 0) {
      timeout.timedOut = true;
    } else {
      timer.after(nanos, new AioEventsCall.TimedOut(timeout));
    }
    caller.answer(timeout);
  }

  /** {@code timeout_func}. */
  void timedOut(AioTimeout timeout) {
    timeout.timedOut = true;
    Caller<ReadEvent> sleeper = timeout.sleeper;
    Kioctx ctx = timeout.sleepsIn;
    if (!timeout.cleared && sleeper != null && ctx != null && ctx.readers.remove(sleeper)) {
      sleeper.wake(ReadEvent.WOKEN);
    }
  }

  /** {@code clear_timeout}. */
  void clearTimeout(Caller<Done> caller, AioTimeout timeout) {
    timeout.cleared = true;
    caller.answer(Done.DONE);
  }
}
