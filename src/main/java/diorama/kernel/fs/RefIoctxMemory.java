package diorama.kernel.fs;

import diorama.kernel.Errno;
import diorama.kernel.fs.IoctxMemory.FoundKioctx;
import diorama.kernel.fs.Kioctx.Posted;
import diorama.kernel.fs.ReadEvents.Round;
import diorama.kernel.fs.RefKioctx.CtxRqWait;
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
 * The slab "kioctx" of one machine since 3.12: how contexts come and go, and how their events are
 * read.
 *
 * <p>Part of {@link AioMemory}. Every method is one section or one atomic operation and answers its
 * caller.
 */
final class RefIoctxMemory {
  private static final long TOP_OF_MMAP = 0x7f0000000000L;
  private static final long PAGE_SIZE = 4096;

  private final Tracer tracer;
  private final Timer<KioctxActor.Command> timer;
  private final AioWorkqueue workqueue;
  private final KmemCache<RefKioctx> kioctxs;
  private long aioNr;
  private long nextMmap = TOP_OF_MMAP;

  /** An empty slab. */
  RefIoctxMemory(
      AfterFree afterFree,
      Tracer tracer,
      Timer<KioctxActor.Command> timer,
      AioWorkqueue workqueue) {
    this.tracer = tracer;
    this.timer = timer;
    this.workqueue = workqueue;
    this.kioctxs = new KmemCache<>("kioctx", afterFree);
  }

  /** How many contexts are allocated. */
  int live() {
    return kioctxs.live();
  }

  /** {@code aio_nr}. */
  long aioNr() {
    return aioNr;
  }

  /** Follows a pointer; dies if it leads to poison. */
  void inKioctx(Caller<?> caller, Address pointer, Consumer<RefKioctx> body) {
    Found<RefKioctx> found = kioctxs.find(pointer);
    RefKioctx ctx = found.content();
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

  // ---- a context comes ----

  /** {@code kmem_cache_zalloc(kioctx_cachep)} with the references of {@code ioctx_alloc}. */
  void allocKioctx(Caller<Address> caller, int maxReqs, Mm mm) {
    RefKioctx ctx = new RefKioctx(maxReqs, mm);
    Address address = kioctxs.allocate(() -> ctx);
    ctx.setSelf(address);
    caller.answer(address);
  }

  /** {@code aio_setup_ring} under mmap_sem: 0 or -ENOMEM. */
  void setupRing(Caller<Long> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          long pages = Kioctx.ringPages(ctx.maxReqs);
          if (ctx.mm.ringPages + pages > ctx.mm.mappablePages()) {
            caller.answer((long) -Errno.ENOMEM);
            return;
          }
          ctx.mm.ringPages += pages;
          nextMmap -= pages * PAGE_SIZE;
          ctx.setupRing(nextMmap);
          caller.answer(0L);
        });
  }

  /** The aio_nr_lock section of {@code ioctx_alloc}: false above the limit, and nothing charged. */
  void chargeAioNr(Caller<Boolean> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          boolean fits = aioNr + ctx.maxReqs <= AioMemory.AIO_MAX_NR * 2L;
          aioNr += fits ? ctx.maxReqs : 0;
          caller.answer(fits);
        });
  }

  /** {@code aio_nr_sub}. */
  void aioNrSub(Caller<Done> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          aioNr -= ctx.maxReqs;
          caller.answer(Done.DONE);
        });
  }

  /** The ioctx_lock section of {@code ioctx_add_table}: answers the user's id. */
  void ioctxAddTable(Caller<Long> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          ctx.mm.ioctxList.addLast(address);
          caller.answer(ctx.userId);
        });
  }

  /** {@code lookup_ioctx}: takes a reference on users. */
  void lookupIoctx(Caller<FoundKioctx> caller, Mm mm, long ctxId) {
    for (Address address : mm.ioctxList) {
      RefKioctx ctx = kioctxs.find(address).content();
      if (ctx != null && ctx.userId == ctxId) {
        ctx.users++;
        caller.answer(new FoundKioctx(address));
        return;
      }
    }
    caller.answer(new FoundKioctx(null));
  }

  // ---- a context goes ----

  /** {@code percpu_ref_put(&ctx->users)}: whether it was the last. */
  void putUsers(Caller<Boolean> caller, Address address) {
    inKioctx(caller, address, ctx -> caller.answer(--ctx.users == 0));
  }

  /** {@code percpu_ref_put(&ctx->reqs)}: whether it was the last. */
  void putReqs(Caller<Boolean> caller, Address address) {
    inKioctx(caller, address, ctx -> caller.answer(--ctx.reqs == 0));
  }

  /**
   * The ioctx_lock section of {@code kill_ioctx}: takes the context out of its process's table;
   * false if somebody has done so before.
   */
  void killIoctx(Caller<Boolean> caller, Address address, @Nullable CtxRqWait wait) {
    inKioctx(
        caller,
        address,
        ctx -> {
          boolean first = !ctx.dead;
          if (first) {
            ctx.dead = true;
            ctx.mm.ioctxList.remove(address);
            ctx.rqWait = wait;
          }
          caller.answer(first);
        });
  }

  /** {@code mm->ioctx_table}: the contexts of a process that is gone. */
  void ioctxTable(Caller<List<Address>> caller, Mm mm) {
    caller.answer(new ArrayList<>(mm.ioctxList));
  }

  /** {@code free_ioctx_reqs}: nothing is in flight any more. */
  void freeIoctxReqs(Caller<Done> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          CtxRqWait wait = ctx.rqWait;
          if (wait != null) {
            complete(wait, 1);
          }
          workqueue.queue(new AioWork.FreeIoctx(address));
          caller.answer(Done.DONE);
        });
  }

  private static void complete(CtxRqWait wait, int nr) {
    wait.count -= nr;
    Caller<Done> waiter = wait.waiter;
    if (wait.count == 0 && waiter != null) {
      waiter.wake(Done.DONE);
    }
  }

  /** {@code wait_for_completion(&wait.comp)}. */
  void waitForCompletion(Caller<Done> caller, CtxRqWait wait) {
    if (wait.count == 0) {
      caller.answer(Done.DONE);
    } else {
      wait.waiter = caller;
    }
  }

  /** {@code aio_free_ring}. */
  void freeRing(Caller<Done> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          if (ctx.hasRing()) {
            ctx.mm.ringPages -= Kioctx.ringPages(ctx.maxReqs);
            ctx.freeRing();
          }
          caller.answer(Done.DONE);
        });
  }

  /** {@code kmem_cache_free(kioctx_cachep)}. */
  void freeKioctx(Caller<Done> caller, Address ctx) {
    tracer.emit(Tracepoint.of("kmem_cache_free kioctx", caller.context(), new KioctxRef(ctx)));
    kioctxs.free(ctx);
    caller.answer(Done.DONE);
  }

  // ---- slots ----

  /** {@code __get_reqs_available}: whether there was a slot. */
  void getReqsAvailable(Caller<Boolean> caller, Address address) {
    inKioctx(caller, address, ctx -> caller.answer(ctx.getReqsAvailable()));
  }

  /** The completion_lock section of {@code user_refill_reqs_available}. */
  void userRefillReqsAvailable(Caller<Done> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          ctx.userRefillReqsAvailable();
          caller.answer(Done.DONE);
        });
  }

  /** {@code put_reqs_available(ctx, 1)}. */
  void putReqsAvailable(Caller<Done> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          ctx.putReqsAvailable(1);
          caller.answer(Done.DONE);
        });
  }

  // ---- events ----

  /** {@code wake_up(&ctx->wait)} if {@code waitqueue_active}. */
  void wakeUp(Caller<Done> caller, Address address) {
    inKioctx(
        caller,
        address,
        ctx -> {
          ctx.wait.wakeAll(Round.WOKEN);
          caller.answer(Done.DONE);
        });
  }

  /**
   * One round of {@code wait_event_interruptible_hrtimeout} in {@code read_events}. The task state
   * is set before the ring is looked at, so that no wake-up in between is lost.
   */
  void readEvents(Caller<Round> caller, Address address, ReadEvents call) {
    inKioctx(
        caller,
        address,
        ctx -> {
          call.sleeper = null;
          if (aioReadEvents(caller, ctx, call)) {
            caller.answer(Round.ENOUGH);
          } else if (call.timedOut) {
            caller.answer(Round.TIMED_OUT);
          } else {
            call.sleeper = caller;
            call.sleepsIn = ctx;
            ctx.wait.sleep(caller);
          }
        });
  }

  /** {@code aio_read_events}: whether the call has what it wants, or can get no more. */
  private boolean aioReadEvents(Caller<?> caller, RefKioctx ctx, ReadEvents call) {
    long ret = aioReadEventsRing(caller, ctx, call);
    if (ctx.dead) {
      ret = -Errno.EINVAL;
    }
    if (call.events.isEmpty()) {
      call.error = ret;
    }
    return ret < 0 || call.events.size() >= call.minNr;
  }

  /**
   * The ring_lock section of {@code aio_read_events_ring}: moves the head on only behind what could
   * be copied to the program. 0 or -EFAULT.
   */
  private long aioReadEventsRing(Caller<?> caller, RefKioctx ctx, ReadEvents call) {
    List<Posted> events = ctx.peek(call.nr - call.events.size());
    if (!events.isEmpty() && call.access != UserAccess.ALL) {
      return -Errno.EFAULT;
    }
    for (Posted posted : events) {
      tracer.emit(
          Tracepoint.of(
              "io_getevents: read",
              caller.context(),
              posted.kiocb(),
              "res=%d",
              posted.event().res()));
      call.events.add(posted.event());
    }
    ctx.taken(events.size());
    return 0;
  }

  /** A signal ends the sleep of a reader that is still asleep. */
  void interruptReader(Caller<Round> caller, ReadEvents call) {
    RefKioctx ctx = call.sleepsIn;
    if (ctx != null && ctx.wait.remove(caller)) {
      call.sleeper = null;
      caller.wake(Round.SIGNAL);
    }
  }

  /** The timer of a call is armed, in nanoseconds that are scaled already. */
  void armTimer(Caller<Done> caller, ReadEvents call, long nanos) {
    timer.after(nanos, new RefIoctxCall.ReadTimer(call));
    caller.answer(Done.DONE);
  }

  /** The timer of a call that may have ended. */
  void readTimer(ReadEvents call) {
    call.timedOut = true;
    Caller<Round> sleeper = call.sleeper;
    RefKioctx ctx = call.sleepsIn;
    if (sleeper != null && ctx != null && ctx.wait.remove(sleeper)) {
      sleeper.wake(Round.WOKEN);
    }
  }
}
