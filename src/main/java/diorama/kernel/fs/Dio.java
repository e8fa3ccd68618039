package diorama.kernel.fs;

import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Context;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The completion half of {@code struct dio}, fs/direct-io.c: what the submitter shares with the
 * completion interrupts. Each method is one section under bio_lock or one access.
 *
 * <p>The submission half is used by the submitter alone and lives with it, in {@link DioWalk}.
 *
 * <p>The reference count is 1 for {@code direct_io_worker} and 1 for each bio in flight. Up to
 * 2.6.19 the same number is {@code bio_count}, next to which {@code bios_in_flight} counts the bios
 * whose interrupt has not come.
 */
final class Dio {
  /** What does not change once the request was set up. */
  record Setup(
      Kiocb iocb, Inode inode, Rw rw, long size, long iSize, boolean isAsync, DioEndIo endIo) {}

  /** What {@code dio_await_one} found: a bio, or that it slept and looks again, or the end. */
  record Awaited(boolean slept, @Nullable BioEnd bio) {}

  /**
   * What {@code dio_complete} reads, and what decides where it runs.
   *
   * @param deferCompletion {@code defer_completion}: in a worker
   */
  record Snapshot(
      Setup setup, long result, long pageErrors, long ioError, boolean deferCompletion) {}

  private @Nullable Setup setup;
  private long result;
  private long pageErrors;
  private long ioError;
  private boolean deferCompletion;

  private int refcount;
  private int biosInFlight;
  private final ArrayDeque<BioEnd> bioList = new ArrayDeque<>();
  private @Nullable Context waiter;
  private @Nullable Caller<Awaited> sleeper;
  private boolean woken;

  /**
   * What kmalloc returned is not cleared: a dangling pointer finds the last request's fields until
   * {@link #init}.
   *
   * @param last null where nothing was, or where slab debugging wrote poison over it
   */
  void leftBy(@Nullable Dio last) {
    if (last != null) {
      setup = last.setup;
      result = last.result;
      pageErrors = last.pageErrors;
      ioError = last.ioError;
      refcount = last.refcount;
    }
  }

  /** The assignments at the top of {@code direct_io_worker}. */
  void init(Setup all) {
    setup = all;
    result = 0;
    pageErrors = 0;
    ioError = 0;
    deferCompletion = false;
    refcount = 1;
  }

  /** Whether there is anything but poison. */
  boolean isSetUp() {
    return setup != null;
  }

  private Setup setup() {
    return Objects.requireNonNull(setup);
  }

  /** {@code dio->is_async}. */
  boolean isAsync() {
    return setup().isAsync();
  }

  Kiocb iocb() {
    return setup().iocb();
  }

  void setResult(long bytes, long errors) {
    result = bytes;
    pageErrors = errors;
  }

  /** Up to 2.6.16 an error of a bio may stand there already: the bytes are added to it. */
  long addResult(long bytes, long errors) {
    result += bytes;
    pageErrors = errors;
    return result;
  }

  /** {@code dio->result = value}. */
  void assignResult(long value) {
    result = value;
  }

  void setIoError(long error) {
    ioError = error;
  }

  /** {@code dio->defer_completion = true}. */
  void setDeferCompletion() {
    deferCompletion = true;
  }

  Snapshot snapshot() {
    return new Snapshot(setup(), result, pageErrors, ioError, deferCompletion);
  }

  int refcount() {
    return refcount;
  }

  /** {@code dio_bio_submit}: the bio's reference. */
  int get() {
    biosInFlight++;
    return ++refcount;
  }

  /** Drops a reference and wakes nobody; the new count. */
  int put() {
    return --refcount;
  }

  /** {@code dio_bio_end_aio}: drops the bio's reference and wakes who waits for the last one. */
  int endAio() {
    int remaining = --refcount;
    if (remaining == 1) {
      wakeWaiter();
    }
    return remaining;
  }

  /** {@code dio_bio_end_io}: lists the bio, drops its reference, wakes who waits for the last. */
  int endIo(BioEnd end) {
    bioList.push(end);
    int remaining = --refcount;
    if (remaining == 1) {
      wakeWaiter();
    }
    return remaining;
  }

  /** {@code dio_bio_end_io} up to 2.6.19: the bio keeps its count until it is reaped. */
  int endIoCountingInFlight(BioEnd end) {
    bioList.push(end);
    if (--biosInFlight == 0) {
      wakeWaiter();
    }
    return refcount;
  }

  /** {@code dio->waiter}. */
  @Nullable Context waiter() {
    return waiter;
  }

  /** Whether {@code dio->waiter} is set. */
  boolean hasWaiter() {
    return waiter != null;
  }

  /** {@code wake_up_process(dio->waiter)}; nothing if there is none. */
  void wakeWaiter() {
    if (waiter != null) {
      woken = true;
      if (sleeper != null) {
        Caller<Awaited> awake = sleeper;
        sleeper = null;
        awake.wake(new Awaited(true, null));
      }
    }
  }

  /** Whether no bio waits to be reaped. */
  boolean bioListEmpty() {
    return bioList.isEmpty();
  }

  /** Takes a finished bio off the list, the last one first. */
  @Nullable BioEnd pop() {
    return bioList.poll();
  }

  /**
   * {@code dio_await_one}: takes a finished bio; sleeps while there is none and bios are in flight.
   */
  void awaitOne(Caller<Awaited> caller) {
    waiter = null;
    if (refcount > 1 && bioList.isEmpty()) {
      waiter = caller.context();
      sleeper = caller;
    } else {
      caller.answer(new Awaited(false, bioList.poll()));
    }
  }

  /** {@code dio_await_one} up to 2.6.19, before it sleeps: takes a bio or becomes the waiter. */
  @Nullable BioEnd popOrWait(Context context) {
    BioEnd bio = bioList.poll();
    waiter = bio == null ? context : null;
    woken = false;
    return bio;
  }

  /** {@code io_schedule} of 2.6.19's waiter: sleeps unless it was woken since it became one. */
  void ioSchedule(Caller<Awaited> caller) {
    if (woken) {
      caller.answer(new Awaited(true, null));
    } else {
      sleeper = caller;
    }
  }

  /** 2.6.19: {@code dio->waiter = current}. */
  void setWaiter(Context context) {
    waiter = context;
    woken = false;
  }

  /** 2.6.19: sleeps until no bio is counted any more. */
  void awaitDrained(Caller<Awaited> caller) {
    if (refcount > 0) {
      sleeper = caller;
    } else {
      caller.answer(new Awaited(false, null));
    }
  }

  /**
   * The first section of 2.6.19's {@code finished_one_bio}: whether this is the last count of an
   * asynchronous request, which is then kept until the request is complete; others are dropped.
   */
  boolean isLastOrPut() {
    if (refcount == 1 && isAsync()) {
      return true;
    }
    refcount--;
    return false;
  }

  /** The second section of {@code finished_one_bio}, when the caller falls back to buffered I/O. */
  int putAndWake() {
    refcount--;
    wakeWaiter();
    return refcount;
  }
}
