package diorama.kernel.sched;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import diorama.kernel.sched.ContextActor.Probe;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks every context of a machine from time to time whether it still moves: khungtaskd and the soft
 * lockup detector.
 *
 * <p>A context that waits for the same call at two rounds in a row is reported, so a report comes
 * between one and two timeouts after the wait began. 2.6.20 has no hung task detector (it came with
 * 2.6.25); there the report is the miniature's own.
 */
public final class Watchdog extends AbstractBehavior<Watchdog.Command> {
  /** What the watchdog is told. */
  public sealed interface Command {}

  /** A context to look after. */
  public record Guard(Context context, ActorRef<ContextActor.Command> actor) implements Command {}

  /** A context that is gone. */
  public record Forget(Context context) implements Command {}

  private record Tick(ContextActor.Watch watch, long periodNanos) implements Command {}

  private final KernelTimers timers;
  private final Map<String, ActorRef<ContextActor.Command>> guarded = new TreeMap<>();

  private Watchdog(
      ActorContext<Command> actor, KernelTimers timers, long hungTaskNanos, long lockupNanos) {
    super(actor);
    this.timers = timers;
    arm(new Tick(ContextActor.Watch.HUNG_TASK, hungTaskNanos));
    arm(new Tick(ContextActor.Watch.SOFT_LOCKUP, lockupNanos));
  }

  /** A watchdog with both timeouts in nanoseconds, not scaled. */
  public static Behavior<Command> create(
      KernelTimers timers, long hungTaskNanos, long lockupNanos) {
    return Behaviors.setup(actor -> new Watchdog(actor, timers, hungTaskNanos, lockupNanos));
  }

  private void arm(Tick tick) {
    timers.after(getContext(), tick.periodNanos, getContext().getSelf(), tick);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Guard.class, this::guard)
        .onMessage(Forget.class, this::forget)
        .onMessage(Tick.class, this::tick)
        .build();
  }

  private Behavior<Command> guard(Guard m) {
    guarded.put(m.context.toString(), m.actor);
    return this;
  }

  private Behavior<Command> forget(Forget m) {
    guarded.remove(m.context.toString());
    return this;
  }

  private Behavior<Command> tick(Tick m) {
    guarded.values().forEach(context -> context.tell(new Probe(m.watch)));
    arm(m);
    return this;
  }
}
