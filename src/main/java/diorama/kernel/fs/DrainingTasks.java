package diorama.kernel.fs;

import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * {@code current->state} of the tasks that wait for a {@code bio_count} to become 0 without holding
 * a lock. A wake-up makes a task runnable, whether it sleeps already or only meant to.
 */
final class DrainingTasks {
  private final Set<Context> uninterruptible = new HashSet<>();
  private final Map<Context, Caller<Done>> asleep = new HashMap<>();

  /** {@code set_current_state(TASK_UNINTERRUPTIBLE)}. */
  void setUninterruptible(Context current) {
    uninterruptible.add(current);
  }

  /** {@code io_schedule}: whether the caller sleeps; it does not if somebody has woken it since. */
  boolean ioSchedule(Caller<Done> caller) {
    if (!uninterruptible.contains(caller.context())) {
      caller.answer(Done.DONE);
      return false;
    }
    asleep.put(caller.context(), caller);
    return true;
  }

  /** {@code wake_up_process}: nothing happens to a task that runs. */
  void wakeUp(Context task) {
    uninterruptible.remove(task);
    Caller<Done> sleeper = asleep.remove(task);
    if (sleeper != null) {
      sleeper.wake(Done.DONE);
    }
  }
}
