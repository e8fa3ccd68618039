package diorama.kernel;

import akka.actor.typed.ActorRef;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.sched.Latency;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.Lockdep;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;

/** What the contexts of one machine share: clock, chance, console, lockdep. */
final class MachineHost implements Host {
  private final Tracer tracer;
  private final KernelTimers timers;
  private final Chance seed;
  private final Latency wakeup;
  private final Machine.Console console;
  private final ActorRef<Lockdep.Command> lockdep;

  MachineHost(
      Tracer tracer,
      KernelTimers timers,
      Chance seed,
      Latency wakeup,
      Machine.Console console,
      ActorRef<Lockdep.Command> lockdep) {
    this.tracer = tracer;
    this.timers = timers;
    this.seed = seed;
    this.wakeup = wakeup;
    this.console = console;
    this.lockdep = lockdep;
  }

  @Override
  public Tracer tracer() {
    return tracer;
  }

  @Override
  public KernelTimers timers() {
    return timers;
  }

  @Override
  public void printk(Context context, String line) {
    // The line is no format of ours: a % in it is a %.
    tracer.emit(Tracepoint.of("printk", context, null, line.replace("%", "%%"), 0));
    console.printk(line);
  }

  @Override
  public void report(Report kind, Context context, List<String> trace, List<String> lines) {
    console.report(kind, context, trace, lines);
  }

  @Override
  public void lockOrder(Context context, int heldMask, LockClass wanted, List<String> trace) {
    lockdep.tell(new Lockdep.Order(context, heldMask, wanted, trace));
  }

  @Override
  public void defect(String where, Throwable cause) {
    console.defect(where, cause);
  }

  @Override
  public Latency wakeup() {
    return wakeup;
  }

  @Override
  public Chance chance(String name) {
    return seed.stream(name);
  }
}
