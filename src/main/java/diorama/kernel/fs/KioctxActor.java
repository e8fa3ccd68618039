package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AioMemory.Fput;
import diorama.kernel.fs.AioMemory.Next;
import diorama.kernel.fs.IoctxMemory.Alive;
import diorama.kernel.fs.IoctxMemory.FoundKioctx;
import diorama.kernel.fs.Kioctx.ReadEvent;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The actor of a machine's {@link AioMemory}: its protocol, and the step that makes each call.
 *
 * <p>One for each machine: its kiocbs and kioctxs share two slabs.
 */
public final class KioctxActor {
  private KioctxActor() {}

  /**
   * Empty slabs.
   *
   * @param afterFree what a stale pointer to a kiocb or a kioctx finds
   * @param aioWorker the kernel thread "aio/0", which runs the workqueue
   */
  public static Behavior<Command> create(
      Host host,
      KernelProfile profile,
      AfterFree afterFree,
      ActorRef<ContextActor.Command> aioWorker) {
    return Behaviors.setup(
        actor -> {
          Aio aio = new Aio(host, profile, actor.getSelf());
          return ObjectActor.of(
              new AioMemory(
                  profile,
                  afterFree,
                  host.tracer(),
                  nanos -> host.timers().scaled(Duration.ofNanos(nanos)),
                  (nanos, message) -> host.timers().after(actor, nanos, actor.getSelf(), message),
                  work -> aioWorker.tell(new ContextActor.Run(aio.work(work)))));
        });
  }

  /** What is asked of it: each is one ctx_lock section, or one slab or atomic operation. */
  public sealed interface Command extends Request<AioMemory> {}

  /**
   * What is allocated.
   *
   * @param kiocbs live objects in the slab "kiocb"
   * @param kioctxs live objects in the slab "kioctx"
   * @param aioNr {@code aio_nr}: requests that contexts were made for
   * @param workqueueIdle nothing is queued or running on "aio"
   */
  public record InUse(int kiocbs, int kioctxs, long aioNr, boolean workqueueIdle) {
    /** Whether all memory is back. */
    public boolean nothing() {
      return kiocbs == 0 && kioctxs == 0 && aioNr == 0 && workqueueIdle;
    }
  }

  record AllocKiocb(Caller<Kiocb> caller, Address ctx, OpenFile filp, long pos, long nbytes)
      implements Command {
    @Override
    public void execute(AioMemory m) {
      m.allocKiocb(caller, ctx, filp, pos, nbytes);
    }
  }

  record GetReq(Caller<Boolean> caller, Kiocb iocb, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.getReq(caller, iocb, ctx);
    }
  }

  record FreeKiocb(Caller<Done> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.freeKiocb(caller, iocb);
    }
  }

  record FillReq(Caller<Done> caller, AioRequest request, long obj, long data) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.fillReq(caller, request, obj, data);
    }
  }

  record Fget(Caller<Done> caller, OpenFile filp) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.fget(caller, filp);
    }
  }

  record PutFile(Caller<Boolean> caller, OpenFile filp) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.fput(caller, filp);
    }
  }

  record RunBegin(Caller<Done> caller, Kiocb iocb, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.runBegin(caller, iocb, ctx);
    }
  }

  record IsCancelled(Caller<Boolean> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.isCancelled(caller, iocb);
    }
  }

  record ReadKiPos(Caller<Long> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.readKiPos(caller, iocb);
    }
  }

  record WriteKiPos(Caller<Done> caller, Kiocb iocb, long pos) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.writeKiPos(caller, iocb, pos);
    }
  }

  record RunEnd(Caller<Next> caller, Kiocb iocb, Address ctx, long ret, boolean extraRef)
      implements Command {
    @Override
    public void execute(AioMemory m) {
      m.runEnd(caller, iocb, ctx, ret, extraRef);
    }
  }

  record RunFirst(Caller<Next> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.runFirst(caller, ctx);
    }
  }

  record RunListIsEmpty(Caller<Boolean> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.runListIsEmpty(caller, ctx);
    }
  }

  record Kick(Caller<Boolean> caller, Kiocb iocb, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.kick(caller, iocb, ctx);
    }
  }

  record SetPgBusy(Caller<Done> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.setPgBusy(caller, iocb);
    }
  }

  record TestClearPgBusy(Caller<Boolean> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.testClearPgBusy(caller, iocb);
    }
  }

  record QueueKickWork(Caller<Done> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.queueKickWork(caller, ctx);
    }
  }

  record ReadKiCtx(Caller<Address> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.readKiCtx(caller, iocb);
    }
  }

  record Complete(Caller<Boolean> caller, Kiocb iocb, Address ctx, long res, long res2)
      implements Command {
    @Override
    public void execute(AioMemory m) {
      m.complete(caller, iocb, ctx, res, res2);
    }
  }

  record WakeUp(Caller<Done> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().wakeUp(caller, ctx);
    }
  }

  record PutReq(Caller<Boolean> caller, Kiocb iocb, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.putReq(caller, iocb, ctx);
    }
  }

  record NextFput(Caller<Fput> caller) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.nextFput(caller);
    }
  }

  record ReallyPut(Caller<Done> caller, Kiocb iocb, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.reallyPut(caller, iocb, ctx);
    }
  }

  record CompleteSync(Caller<Boolean> caller, Kiocb iocb, long res) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.completeSync(caller, iocb, res);
    }
  }

  record WaitOnSync(Caller<Long> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.waitOnSync(caller, iocb);
    }
  }

  record WaitOnRetrySync(Caller<Long> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.waitOnRetrySync(caller, iocb);
    }
  }

  record KickSync(Caller<Done> caller, Kiocb iocb) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.kickSync(caller, iocb);
    }
  }

  record ReadEvt(Caller<ReadEvent> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().readEvt(caller, ctx);
    }
  }

  record ReadEvtOrSleep(
      Caller<ReadEvent> caller, Address ctx, boolean enough, @Nullable AioTimeout timeout)
      implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().readEvtOrSleep(caller, ctx, enough, timeout);
    }
  }

  record InterruptReader(Caller<ReadEvent> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().interruptReader(caller, ctx);
    }
  }

  record SetTimeout(Caller<AioTimeout> caller, long nanos) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().setTimeout(caller, nanos);
    }
  }

  record ClearTimeout(Caller<Done> caller, AioTimeout timeout) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().clearTimeout(caller, timeout);
    }
  }

  record AllocKioctx(Caller<Address> caller, int maxReqs, Mm mm) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().allocKioctx(caller, maxReqs, mm);
    }
  }

  record SetupRing(Caller<Long> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().setupRing(caller, ctx);
    }
  }

  record FreeRing(Caller<Done> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().freeRing(caller, ctx);
    }
  }

  record ChargeAioNr(Caller<Boolean> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().chargeAioNr(caller, ctx);
    }
  }

  record UnchargeAioNr(Caller<Done> caller, int maxReqs) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().unchargeAioNr(caller, maxReqs);
    }
  }

  record LinkIoctx(Caller<Long> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().linkIoctx(caller, ctx);
    }
  }

  record LookupIoctx(Caller<FoundKioctx> caller, Mm mm, long ctxId) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().lookupIoctx(caller, mm, ctxId);
    }
  }

  record GetIoctx(Caller<Done> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().getIoctx(caller, ctx);
    }
  }

  record PutIoctx(Caller<Boolean> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().putIoctx(caller, ctx);
    }
  }

  record CheckNoRequests(Caller<Integer> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().checkNoRequests(caller, ctx);
    }
  }

  record CancelWork(Caller<Done> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().cancelWork(caller, ctx);
    }
  }

  record FlushWorkqueue(Caller<Done> caller) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.flushWorkqueue(caller);
    }
  }

  record FreeKioctx(Caller<Done> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().freeKioctx(caller, ctx);
    }
  }

  record UnlinkIoctx(Caller<Boolean> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().unlinkIoctx(caller, ctx);
    }
  }

  record CancelAll(Caller<Done> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().cancelAll(caller, ctx);
    }
  }

  record WaitForAll(Caller<Boolean> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().waitForAll(caller, ctx);
    }
  }

  record LookupKiocb(Caller<Boolean> caller, Address ctx, long obj) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().lookupKiocb(caller, ctx, obj);
    }
  }

  record TakeIoctxList(Caller<List<Address>> caller, Mm mm) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().takeIoctxList(caller, mm);
    }
  }

  record ReadAlive(Caller<Alive> caller, Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().alive(caller, ctx);
    }
  }

  record BeginWork(Caller<Done> caller, AioWork work) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.beginWork(caller, work);
    }
  }

  record EndWork(Caller<Done> caller) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.endWork(caller);
    }
  }

  record ReadInUse(Caller<InUse> caller) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.inUse(caller);
    }
  }

  record KickTimer(Address ctx) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.kickTimer(ctx);
    }
  }

  record TimedOut(AioTimeout timeout) implements Command {
    @Override
    public void execute(AioMemory m) {
      m.ioctxs().timedOut(timeout);
    }
  }

  /** {@code kmem_cache_alloc(kiocb_cachep, GFP_KERNEL)}. */
  static Step<Kiocb> allocKiocb(
      ActorRef<Command> kioctxs, Address ctx, OpenFile filp, long pos, long nbytes) {
    return Step.sleepingCall(kioctxs, c -> new AllocKiocb(c, ctx, filp, pos, nbytes));
  }

  /** The ctx_lock section of {@code __aio_get_req}: whether there was room. */
  static Step<Boolean> getReq(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new GetReq(c, iocb, ctx));
  }

  /** {@code kmem_cache_free(kiocb_cachep)}. */
  static Step<Done> freeKiocb(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new FreeKiocb(c, iocb));
  }

  /** Stores what the program asked for into the kiocb. */
  static Step<Done> fillReq(ActorRef<Command> kioctxs, AioRequest request, long obj, long data) {
    return Step.call(kioctxs, c -> new FillReq(c, request, obj, data));
  }

  /** {@code fget}. */
  static Step<Done> fget(ActorRef<Command> kioctxs, OpenFile filp) {
    return Step.call(kioctxs, c -> new Fget(c, filp));
  }

  /** {@code fput}: whether it was the last reference. */
  static Step<Boolean> fput(ActorRef<Command> kioctxs, OpenFile filp) {
    return Step.call(kioctxs, c -> new PutFile(c, filp));
  }

  /** The first section of {@code aio_run_iocb}. */
  static Step<Done> runBegin(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new RunBegin(c, iocb, ctx));
  }

  /** {@code kiocbIsCancelled}. */
  static Step<Boolean> isCancelled(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new IsCancelled(c, iocb));
  }

  /** Reads {@code ki_pos}. */
  static Step<Long> readKiPos(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new ReadKiPos(c, iocb));
  }

  /** Writes {@code ki_pos}. */
  static Step<Done> writeKiPos(ActorRef<Command> kioctxs, Kiocb iocb, long pos) {
    return Step.call(kioctxs, c -> new WriteKiPos(c, iocb, pos));
  }

  /** The section after a retry method: the next request on the run list. */
  static Step<Next> runEnd(
      ActorRef<Command> kioctxs, Kiocb iocb, Address ctx, long ret, boolean extraRef) {
    return Step.call(kioctxs, c -> new RunEnd(c, iocb, ctx, ret, extraRef));
  }

  /** The first request on the run list. */
  static Step<Next> runFirst(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new RunFirst(c, ctx));
  }

  /** {@code list_empty(&ctx->run_list)}. */
  static Step<Boolean> runListIsEmpty(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new RunListIsEmpty(c, ctx));
  }

  /** The section of {@code try_queue_kicked_iocb}. */
  static Step<Boolean> kick(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new Kick(c, iocb, ctx));
  }

  /** {@code set_bit} of Leonid Ananiev's flag in {@code ki_flags}. */
  static Step<Done> setPgBusy(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new SetPgBusy(c, iocb));
  }

  /** {@code test_and_clear_bit} of that flag. */
  static Step<Boolean> testClearPgBusy(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new TestClearPgBusy(c, iocb));
  }

  /** {@code aio_queue_work}. */
  static Step<Done> queueKickWork(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new QueueKickWork(c, ctx));
  }

  /** Reads {@code ki_ctx}. */
  static Step<Address> readKiCtx(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new ReadKiCtx(c, iocb));
  }

  /** The ctx_lock section of {@code aio_complete}: whether it freed the kiocb. */
  static Step<Boolean> complete(
      ActorRef<Command> kioctxs, Kiocb iocb, Address ctx, long res, long res2) {
    return Step.call(kioctxs, c -> new Complete(c, iocb, ctx, res, res2));
  }

  /** {@code wake_up(&ctx->wait)}. */
  static Step<Done> wakeUp(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new WakeUp(c, ctx));
  }

  /** The ctx_lock section of {@code aio_put_req}: whether it freed the kiocb. */
  static Step<Boolean> putReq(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new PutReq(c, iocb, ctx));
  }

  /** The fput_lock section of {@code aio_fput_routine}. */
  static Step<Fput> nextFput(ActorRef<Command> kioctxs) {
    return Step.call(kioctxs, NextFput::new);
  }

  /** The ctx_lock section of {@code aio_fput_routine}. */
  static Step<Done> reallyPut(ActorRef<Command> kioctxs, Kiocb iocb, Address ctx) {
    return Step.call(kioctxs, c -> new ReallyPut(c, iocb, ctx));
  }

  /** {@code aio_complete} of a synchronous kiocb. */
  static Step<Boolean> completeSync(ActorRef<Command> kioctxs, Kiocb iocb, long res) {
    return Step.call(kioctxs, c -> new CompleteSync(c, iocb, res));
  }

  /** {@code wait_on_sync_kiocb}. */
  static Step<Long> waitOnSync(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.sleepingCall(kioctxs, c -> new WaitOnSync(c, iocb));
  }

  /** {@code wait_on_retry_sync_kiocb}. */
  static Step<Long> waitOnRetrySync(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.sleepingCall(kioctxs, c -> new WaitOnRetrySync(c, iocb));
  }

  /** {@code kick_iocb} of a synchronous kiocb. */
  static Step<Done> kickSync(ActorRef<Command> kioctxs, Kiocb iocb) {
    return Step.call(kioctxs, c -> new KickSync(c, iocb));
  }

  /** {@code aio_read_evt}. */
  static Step<ReadEvent> readEvt(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new ReadEvt(c, ctx));
  }

  /** One round of the loop in {@code read_events}; a signal ends the sleep. */
  static Step<ReadEvent> readEvtOrSleep(
      ActorRef<Command> kioctxs, Address ctx, boolean enough, @Nullable AioTimeout timeout) {
    return Step.interruptibleCall(
        kioctxs,
        c -> new ReadEvtOrSleep(c, ctx, enough, timeout),
        c -> new InterruptReader(c, ctx));
  }

  /** {@code set_timeout}, in nanoseconds that are scaled already. */
  static Step<AioTimeout> setTimeout(ActorRef<Command> kioctxs, long nanos) {
    return Step.call(kioctxs, c -> new SetTimeout(c, nanos));
  }

  /** {@code clear_timeout}. */
  static Step<Done> clearTimeout(ActorRef<Command> kioctxs, AioTimeout timeout) {
    return Step.call(kioctxs, c -> new ClearTimeout(c, timeout));
  }

  /** {@code kmem_cache_alloc(kioctx_cachep, GFP_KERNEL)}. */
  static Step<Address> allocKioctx(ActorRef<Command> kioctxs, int maxReqs, Mm mm) {
    return Step.sleepingCall(kioctxs, c -> new AllocKioctx(c, maxReqs, mm));
  }

  /** {@code aio_setup_ring}: 0 or -EAGAIN. */
  static Step<Long> setupRing(ActorRef<Command> kioctxs, Address ctx) {
    return Step.sleepingCall(kioctxs, c -> new SetupRing(c, ctx));
  }

  /** {@code aio_free_ring}. */
  static Step<Done> freeRing(ActorRef<Command> kioctxs, Address ctx) {
    return Step.sleepingCall(kioctxs, c -> new FreeRing(c, ctx));
  }

  /** The aio_nr_lock section of {@code ioctx_alloc}. */
  static Step<Boolean> chargeAioNr(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new ChargeAioNr(c, ctx));
  }

  /** The aio_nr_lock section of {@code __put_ioctx}. */
  static Step<Done> unchargeAioNr(ActorRef<Command> kioctxs, int maxReqs) {
    return Step.call(kioctxs, c -> new UnchargeAioNr(c, maxReqs));
  }

  /** The ioctx_list_lock section of {@code ioctx_alloc}: the id that the program sees. */
  static Step<Long> linkIoctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new LinkIoctx(c, ctx));
  }

  /** {@code lookup_ioctx}. */
  static Step<FoundKioctx> lookupIoctx(ActorRef<Command> kioctxs, Mm mm, long ctxId) {
    return Step.call(kioctxs, c -> new LookupIoctx(c, mm, ctxId));
  }

  /** {@code get_ioctx}. */
  static Step<Done> getIoctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new GetIoctx(c, ctx));
  }

  /** {@code put_ioctx} up to its test: whether it was the last reference. */
  static Step<Boolean> putIoctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new PutIoctx(c, ctx));
  }

  /** {@code BUG_ON(ctx->reqs_active)}: {@code max_reqs}. */
  static Step<Integer> checkNoRequests(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new CheckNoRequests(c, ctx));
  }

  /** {@code cancel_delayed_work}. */
  static Step<Done> cancelWork(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new CancelWork(c, ctx));
  }

  /** {@code flush_workqueue(aio_wq)}. */
  static Step<Done> flushWorkqueue(ActorRef<Command> kioctxs) {
    return Step.sleepingCall(kioctxs, FlushWorkqueue::new);
  }

  /** {@code kmem_cache_free(kioctx_cachep)}. */
  static Step<Done> freeKioctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new FreeKioctx(c, ctx));
  }

  /** The ioctx_list_lock section of {@code io_destroy}: whether it was dead. */
  static Step<Boolean> unlinkIoctx(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new UnlinkIoctx(c, ctx));
  }

  /** The ctx_lock section of {@code aio_cancel_all}. */
  static Step<Done> cancelAll(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new CancelAll(c, ctx));
  }

  /** One round of {@code wait_for_all_aios}: whether to look again. */
  static Step<Boolean> waitForAll(ActorRef<Command> kioctxs, Address ctx) {
    return Step.sleepingCall(kioctxs, c -> new WaitForAll(c, ctx));
  }

  /** {@code lookup_kiocb}. */
  static Step<Boolean> lookupKiocb(ActorRef<Command> kioctxs, Address ctx, long obj) {
    return Step.call(kioctxs, c -> new LookupKiocb(c, ctx, obj));
  }

  /** Takes {@code mm->ioctx_list}. */
  static Step<List<Address>> takeIoctxList(ActorRef<Command> kioctxs, Mm mm) {
    return Step.call(kioctxs, c -> new TakeIoctxList(c, mm));
  }

  /** Reads users, dead and reqs_active. */
  static Step<Alive> alive(ActorRef<Command> kioctxs, Address ctx) {
    return Step.call(kioctxs, c -> new ReadAlive(c, ctx));
  }

  /** The worker takes up a piece of work. */
  static Step<Done> beginWork(ActorRef<Command> kioctxs, AioWork work) {
    return Step.call(kioctxs, c -> new BeginWork(c, work));
  }

  /** The worker has finished a piece of work. */
  static Step<Done> endWork(ActorRef<Command> kioctxs) {
    return Step.call(kioctxs, EndWork::new);
  }

  /** What is allocated: asked when a machine has come to rest. */
  public static Step<InUse> inUse(ActorRef<Command> kioctxs) {
    return Step.call(kioctxs, ReadInUse::new);
  }
}
