package diorama.kernel.sched;

import java.util.ArrayDeque;

/**
 * {@code struct rw_semaphore}: many readers or one writer, fair, released by anybody.
 *
 * <p>A waiting writer keeps later readers out, as {@code lib/rwsem.c} does.
 */
public final class RwSemaphore {
  private int readers;
  private boolean writer;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  private record Waiter(Caller<Done> caller, boolean write) {}

  /** {@code down_read}. */
  public void downRead(Caller<Done> caller) {
    down(new Waiter(caller, false));
  }

  /** {@code down_write}. */
  public void downWrite(Caller<Done> caller) {
    down(new Waiter(caller, true));
  }

  private void down(Waiter waiter) {
    if (waiters.isEmpty() && admits(waiter)) {
      take(waiter);
      waiter.caller.answer(Done.DONE);
    } else {
      waiters.add(waiter);
    }
  }

  private boolean admits(Waiter waiter) {
    return waiter.write ? readers == 0 && !writer : !writer;
  }

  private void take(Waiter waiter) {
    if (waiter.write) {
      writer = true;
    } else {
      readers++;
    }
  }

  /** {@code up_read}; false if nobody holds it for reading. */
  public boolean upRead() {
    if (readers == 0) {
      return false;
    }
    readers--;
    wakeWaiters();
    return true;
  }

  /** {@code up_write}. */
  public void upWrite() {
    if (!writer) {
      throw new IllegalStateException("up_write of a semaphore that nobody holds for writing");
    }
    writer = false;
    wakeWaiters();
  }

  /** {@code downgrade_write}: who has it for writing has it for reading from here on. */
  public void downgrade() {
    if (!writer) {
      throw new IllegalStateException("downgrade of a semaphore that nobody holds for writing");
    }
    writer = false;
    readers = 1;
    wakeWaiters();
  }

  private void wakeWaiters() {
    while (!waiters.isEmpty() && admits(waiters.peek())) {
      Waiter waiter = waiters.remove();
      take(waiter);
      waiter.caller.wake(Done.DONE);
    }
  }

  /** How many hold it for reading. */
  public int readers() {
    return readers;
  }

  /** Whether anybody holds it. */
  public boolean isHeld() {
    return writer || readers > 0;
  }
}
