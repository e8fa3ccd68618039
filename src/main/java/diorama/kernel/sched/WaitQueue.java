package diorama.kernel.sched;

import java.util.ArrayDeque;

/** Contexts asleep until something happens, such as {@code wait_on_page_writeback}. */
public final class WaitQueue<R> {
  private final ArrayDeque<Caller<R>> sleepers = new ArrayDeque<>();

  /** Puts the caller to sleep. */
  public void sleep(Caller<R> caller) {
    sleepers.add(caller);
  }

  /** {@code wake_up_all}: every sleeper gets the value. */
  public void wakeAll(R value) {
    Caller<R> sleeper;
    while ((sleeper = sleepers.poll()) != null) {
      sleeper.wake(value);
    }
  }

  /** Wakes the first sleeper; false if nobody sleeps. */
  public boolean wakeOne(R value) {
    Caller<R> sleeper = sleepers.poll();
    if (sleeper == null) {
      return false;
    }
    sleeper.wake(value);
    return true;
  }

  /** Takes a sleeper off the queue without an answer; false if it was not there. */
  public boolean remove(Caller<R> caller) {
    return sleepers.removeIf(c -> c.context() == caller.context());
  }

  /** {@code waitqueue_active}. */
  public boolean isActive() {
    return !sleepers.isEmpty();
  }
}
