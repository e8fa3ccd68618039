package diorama.process;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What one task of a machine stamps its writes with: never 0, never twice the same in a machine.
 *
 * <p>Each process of the task has a sequence of its own, because the order in which concurrent
 * processes write is not the same in two runs, and a stamp must be. A process that takes the number
 * of one that has ended goes on where that one ended. Safe for all threads.
 */
public final class Stamps {
  private static final int COUNT_BITS = 35;
  private static final int PROCESS_BITS = 13;
  private static final int TASK_BITS = 15;

  private final long task;
  private final Map<Integer, LongSupplier> processes = new ConcurrentHashMap<>();

  /**
   * The stamps of a task.
   *
   * @param task which task of its machine, from 1 to 32767
   */
  public Stamps(int task) {
    this.task = checked("task", task, 1, TASK_BITS);
  }

  /**
   * The stamps of one process of the task; two that live at the same time have different numbers.
   *
   * @param process from 0 to 8191
   */
  public LongSupplier of(int process) {
    long first =
        (task << PROCESS_BITS | checked("process", process, 0, PROCESS_BITS)) << COUNT_BITS;
    return processes.computeIfAbsent(process, p -> counting(first));
  }

  /** Asked by one process at a time. */
  private static LongSupplier counting(long before) {
    long[] last = {before};
    return () -> ++last[0];
  }

  private static long checked(String what, int number, int least, int bits) {
    if (number < least || number >>> bits != 0) {
      throw new IllegalArgumentException("no %s has the number %d".formatted(what, number));
    }
    return number;
  }
}
