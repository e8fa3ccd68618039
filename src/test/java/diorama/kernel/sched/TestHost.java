package diorama.kernel.sched;

import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A host for component tests: wake-ups take no time, and everything that is reported is kept. */
public final class TestHost implements Host {
  /** What the kernel reported. */
  public record Reported(Report kind, Context context, List<String> trace, List<String> lines) {}

  /** All reports that were not taken, oldest first. */
  public final BlockingQueue<Reported> reports = new LinkedBlockingQueue<>();

  /** The defects of Diorama's own code that were not taken, oldest first. */
  public final BlockingQueue<Throwable> defects = new LinkedBlockingQueue<>();

  @Override
  public Tracer tracer() {
    return Tracer.NONE;
  }

  @Override
  public KernelTimers timers() {
    return new KernelTimers(0.01);
  }

  @Override
  public void printk(Context context, String line) {}

  @Override
  public void report(Report kind, Context context, List<String> trace, List<String> lines) {
    reports.add(new Reported(kind, context, trace, lines));
  }

  @Override
  public void lockOrder(Context context, int heldMask, LockClass wanted, List<String> trace) {}

  @Override
  public void defect(String where, Throwable cause) {
    defects.add(cause);
  }

  @Override
  public Latency wakeup() {
    return Latency.NONE;
  }

  @Override
  public Chance chance(String name) {
    return new Chance(1).stream(name);
  }
}
