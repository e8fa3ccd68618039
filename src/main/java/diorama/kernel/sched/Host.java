package diorama.kernel.sched;

import diorama.kernel.tracepoint.Tracer;
import java.util.List;

/** What a context needs from the machine around it. Safe for all of a machine's actors. */
public interface Host {
  /** Where tracepoints go. */
  Tracer tracer();

  /** Kernel intervals and timers. */
  KernelTimers timers();

  /** {@code printk}: one line into the kernel log. */
  void printk(Context context, String line);

  /**
   * The kernel died or complained in a context.
   *
   * @param trace the Call Trace, innermost first
   * @param lines what was printed, first line first
   */
  void report(Report kind, Context context, List<String> trace, List<String> lines);

  /** Lockdep is told of an order in which locks were wanted. */
  void lockOrder(Context context, int heldMask, LockClass wanted, List<String> trace);

  /** Kernel code or an object threw a Java exception: a defect of Diorama, not of the kernel. */
  void defect(String where, Throwable cause);

  /** How much time passes between a wake-up and the moment the sleeper runs on a CPU. */
  Latency wakeup();

  /** A generator of its own for one part of this machine, a function of the seed and the name. */
  Chance chance(String name);

  /** The kinds of kernel reports. */
  enum Report {
    /** BUG() or a bad access in a process or kernel thread: it is killed, its locks stay held. */
    OOPS,
    /** BUG() or a bad access in interrupt: the machine stops. */
    PANIC,
    /** WARN_ON(). */
    WARNING,
    /** A sleeping function was called from interrupt. */
    SLEEPING_IN_INTERRUPT,
    /** A task waited longer than the hung task timeout. */
    HUNG_TASK,
    /** A context waited longer than the soft lockup threshold for a spinlock. */
    SOFT_LOCKUP,
    /** Locks were wanted in an order that can deadlock. */
    LOCK_ORDER
  }
}
