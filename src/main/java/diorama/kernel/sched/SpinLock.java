package diorama.kernel.sched;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A spinlock inside an object, for sections that reach into a second object while they hold it.
 *
 * <p>A section that stays inside the object runs through {@link #section}: one message, which waits
 * while another context holds the lock. A context that needs the lock across calls takes it with
 * {@link #lock} and gives it back with {@link #unlock}. Waiters are served in the order in which
 * they came. The owner of a lock that died with it in an oops never gives it back.
 */
public final class SpinLock {
  private @Nullable Context owner;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  private record Waiter(Caller<?> caller, boolean keeps, Runnable section) {}

  /**
   * Runs the section under the lock, now or when the lock comes free. It must answer its caller.
   */
  public void section(Caller<?> caller, Runnable section) {
    enter(new Waiter(caller, false, section));
  }

  /** Takes the lock for the caller and then runs the section, which must answer. */
  public void lock(Caller<?> caller, Runnable section) {
    enter(new Waiter(caller, true, section));
  }

  /** {@code spin_trylock}: takes the lock for the caller if it is free. */
  public boolean tryLock(Caller<?> caller) {
    if (owner != null) {
      return false;
    }
    owner = caller.context();
    return true;
  }

  private void enter(Waiter waiter) {
    if (owner != null) {
      waiters.add(waiter);
    } else {
      grant(waiter);
    }
  }

  private void grant(Waiter waiter) {
    if (waiter.keeps) {
      owner = waiter.caller.context();
    }
    waiter.section.run();
  }

  /** Gives the lock back; the next waiters run in this same message. */
  public void unlock(Caller<?> caller) {
    if (owner != caller.context()) {
      throw new IllegalStateException(
          "spin_unlock by " + caller.context() + " of a lock held by " + owner);
    }
    owner = null;
    while (owner == null && !waiters.isEmpty()) {
      grant(waiters.remove());
    }
  }

  /** The holder dies inside a section: the lock stays held for ever. */
  public void abandon(Caller<?> caller) {
    owner = caller.context();
  }

  /** Who holds the lock, or null. */
  public @Nullable Context owner() {
    return owner;
  }

  /** How many contexts spin. */
  public int spinning() {
    return waiters.size();
  }
}
