package diorama.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a run, once and for all, that it should come to its end now. */
public final class StopSignal {
  private final CountDownLatch given = new CountDownLatch(1);
  private final List<Runnable> actions = new ArrayList<>();

  /** Gives the signal. Further calls change nothing. */
  public void give() {
    List<Runnable> waiting;
    synchronized (actions) {
      given.countDown();
      waiting = List.copyOf(actions);
      actions.clear();
    }
    waiting.forEach(Runnable::run);
  }

  /** Whether it was given. */
  public boolean given() {
    return given.getCount() == 0;
  }

  /** Does something when it is given; at once if it was. */
  public void whenGiven(Runnable action) {
    synchronized (actions) {
      if (!given()) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Waits for it, but not longer than that; whether it was given. */
  public boolean await(Duration longest) throws InterruptedException {
    return given.await(longest.toNanos(), TimeUnit.NANOSECONDS);
  }
}
