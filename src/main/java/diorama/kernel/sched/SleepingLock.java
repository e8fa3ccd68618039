package diorama.kernel.sched;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock that its waiters sleep on: a mutex, a page lock, a buffer lock.
 *
 * <p>Handed from owner to waiter in the order in which they came. The kernel's bit locks wake the
 * first waiter and let it compete; handing the lock over is a simplification that keeps the order
 * of a lightly contended lock.
 */
public final class SleepingLock {
  private @Nullable Context owner;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  private record Waiter(Context context, Consumer<Boolean> granted) {}

  /** Takes the lock and answers, at once or when it is this caller's turn. */
  public void lock(Caller<Done> caller) {
    lock(
        caller.context(),
        slept -> {
          if (slept) {
            caller.wake(Done.DONE);
          } else {
            caller.answer(Done.DONE);
          }
        });
  }

  /**
   * Takes the lock and says so, at once or when it is this context's turn.
   *
   * @param granted is told whether the context slept; answers its caller
   */
  public void lock(Context context, Consumer<Boolean> granted) {
    if (owner == null) {
      owner = context;
      granted.accept(false);
    } else {
      waiters.add(new Waiter(context, granted));
    }
  }

  /** Takes the lock if it is free; answers nothing. */
  public boolean tryLock(Context context) {
    if (owner != null) {
      return false;
    }
    owner = context;
    return true;
  }

  /** Gives the lock to the first waiter, or frees it. Anybody may call it: an interrupt does. */
  public void unlock() {
    if (owner == null) {
      throw new IllegalStateException("unlock of a lock that nobody holds");
    }
    Waiter next = waiters.poll();
    if (next == null) {
      owner = null;
    } else {
      owner = next.context;
      next.granted.accept(true);
    }
  }

  /** Whether somebody holds the lock. */
  public boolean isLocked() {
    return owner != null;
  }

  /** Who holds the lock, or null. */
  public @Nullable Context owner() {
    return owner;
  }
}
