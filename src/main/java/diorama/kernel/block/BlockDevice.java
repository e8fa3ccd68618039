package diorama.kernel.block;

import diorama.kernel.fs.Rw;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * {@code struct request_queue} of block/ll_rw_blk.c with the SCSI driver below it: every method is
 * one section under queue_lock.
 *
 * <p>An empty queue is plugged when its first request comes, so that neighbours can join it; it is
 * unplugged when somebody waits, at {@link #UNPLUG_THRESH} requests, or after {@link
 * #UNPLUG_DELAY}. An unplugged queue gives the device as many requests as it takes.
 */
public final class BlockDevice {
  /** {@code q->unplug_thresh}. */
  static final int UNPLUG_THRESH = 4;

  /** {@code q->unplug_delay}: a kernel interval. */
  static final Duration UNPLUG_DELAY = Duration.ofMillis(3);

  private final DeviceParameters device;
  private final Tracer tracer;
  private final KernelTimers timers;
  private final Drive.Timer timer;
  private final Drive drive;
  private final Elevator elevator;
  private final Context kblockd;

  private final int[] count = new int[Rw.values().length];
  private final ArrayDeque<Caller<Boolean>> readWaiters = new ArrayDeque<>();
  private final ArrayDeque<Caller<Boolean>> writeWaiters = new ArrayDeque<>();
  private int inFlight;
  private int deviceBusy;
  private boolean barrierInFlight;
  private boolean plugged;
  private long plugs;

  /**
   * A device with an empty queue.
   *
   * @param interrupt called when a request's completion interrupt arrives
   */
  BlockDevice(
      DeviceParameters device,
      Chance chance,
      DeviceFaults faults,
      Tracer tracer,
      KernelTimers timers,
      Drive.Timer timer,
      Consumer<BlockRequest> interrupt) {
    this.device = device;
    this.tracer = tracer;
    this.timers = timers;
    this.timer = timer;
    this.drive = new Drive(device, chance, faults, timer, interrupt);
    this.elevator = new Elevator(device);
    this.kblockd = new Context(Context.Kind.KTHREAD, "kblockd/0", 0);
  }

  /**
   * {@code __make_request}: merges the bio or makes a request of it. Answers false when there is no
   * free request, once there may be one again ({@code get_request_wait}).
   *
   * @param sync {@code BIO_RW_SYNC}: somebody waits for it, so the queue does not stay plugged
   * @param slept the caller waited for a free request before and gets one now
   */
  void makeRequest(Caller<Boolean> caller, Bio bio, boolean sync, boolean slept) {
    Context context = caller.context();
    boolean merged = !slept && !bio.barrier() && merge(context, bio);
    if (!merged) {
      if (!slept && count[bio.rw().ordinal()] >= device.nrRequests()) {
        trace("get_request_wait", context, bio);
        unplug(context);
        waiters(bio.rw()).add(caller);
        return;
      }
      addRequest(context, bio);
    }
    if (sync) {
      unplug(context);
    }
    caller.answer(true);
  }

  private boolean merge(Context context, Bio bio) {
    switch (elevator.merge(bio)) {
      case NONE -> {
        return false;
      }
      case BACK -> trace("back merge", context, bio);
      case FRONT -> trace("front merge", context, bio);
    }
    BlockRequest gone = elevator.coalesce();
    if (gone != null) {
      freeRequest(gone.rw);
    }
    return true;
  }

  private void addRequest(Context context, Bio bio) {
    trace("submit_bio", context, bio);
    BlockRequest rq = new BlockRequest(bio);
    count[rq.rw.ordinal()]++;
    if (rq.barrier) {
      elevator.addBarrier(rq);
      removePlug();
      requestFn(context);
      return;
    }
    if (elevator.isEmpty()) {
      plug();
    }
    elevator.add(rq);
    if (plugged && count[0] + count[1] - inFlight >= UNPLUG_THRESH) {
      unplug(context);
    }
  }

  /** {@code blk_plug_device}. */
  private void plug() {
    if (!plugged) {
      plugged = true;
      long mine = ++plugs;
      timer.after(timers.scaled(UNPLUG_DELAY), () -> unplugTimeout(mine));
    }
  }

  private void unplugTimeout(long plug) {
    if (plug == plugs) {
      unplug(kblockd);
    }
  }

  /** {@code blk_remove_plug}: whether the queue was plugged. */
  private boolean removePlug() {
    boolean was = plugged;
    plugged = false;
    return was;
  }

  /** {@code generic_unplug_device}. */
  void unplug(Context context) {
    if (removePlug()) {
      requestFn(context);
    }
  }

  /** {@code blk_run_queue}. */
  void runQueue(Context context) {
    removePlug();
    requestFn(context);
  }

  /** {@code scsi_request_fn}: gives the device what it takes. */
  private void requestFn(Context context) {
    while (!plugged && !barrierInFlight && deviceBusy < device.parallelism()) {
      BlockRequest rq = elevator.peek();
      if (rq == null || (rq.barrier && inFlight > 0)) {
        return;
      }
      elevator.remove(rq);
      inFlight++;
      deviceBusy++;
      barrierInFlight = rq.barrier;
      for (Bio bio : rq.bios) {
        trace("scsi_dispatch_cmd", context, bio);
      }
      drive.start(rq);
    }
  }

  /** {@code scsi_device_unbusy}: the device can take another request. */
  void deviceUnbusy() {
    deviceBusy--;
  }

  /** {@code end_that_request_last}: the request is free again. */
  void endThatRequestLast(BlockRequest rq) {
    inFlight--;
    if (rq.barrier) {
      barrierInFlight = false;
    }
    freeRequest(rq.rw);
  }

  private void freeRequest(Rw rw) {
    count[rw.ordinal()]--;
    Caller<Boolean> next = waiters(rw).poll();
    if (next != null) {
      next.wake(false);
    }
  }

  private ArrayDeque<Caller<Boolean>> waiters(Rw rw) {
    return rw == Rw.READ ? readWaiters : writeWaiters;
  }

  /** {@code blkdev_issue_flush}: answers when what is in the write cache now is on the media. */
  void issueFlush(Caller<Done> caller) {
    if (drive.atRest()) {
      caller.answer(Done.DONE);
    } else {
      drive.flush(() -> caller.wake(Done.DONE));
    }
  }

  /** The device and its media. */
  Drive drive() {
    return drive;
  }

  /** Whether every request was answered, nobody waits for one, and the write cache is empty. */
  boolean atRest() {
    return count[0] + count[1] == 0
        && readWaiters.isEmpty()
        && writeWaiters.isEmpty()
        && drive.atRest();
  }

  private void trace(String name, Context context, Bio bio) {
    tracer.emit(
        new Tracepoint(
            name,
            context,
            bio,
            bio.related(),
            "sector=%1$d sectors=%2$d",
            bio.sector(),
            bio.sectors()));
  }
}
