package diorama.campaign;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import diorama.check.CacheCoherence;
import diorama.check.ExactlyOneEvent;
import diorama.check.Findings;
import diorama.check.IoErrorEvent;
import diorama.check.KernelComplaints;
import diorama.check.KernelReport;
import diorama.check.StaleRead;
import diorama.check.Watch;
import diorama.kernel.Machine;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import diorama.process.UserProcess;
import diorama.trace.FlightRecorder;
import java.time.Duration;
import java.util.List;

/**
 * One machine of a campaign: boots it, starts its programs, has it watched, and tells its owner
 * when it is gone. Stopping this actor pulls the machine's plug.
 */
final class MachineActor extends AbstractBehavior<MachineActor.Command> {
  /** How often a machine that is asked to come to rest is looked at. */
  private static final Duration LOOK = Duration.ofMillis(20);

  /** What a machine is told. */
  sealed interface Command {}

  /** Ends the programs, and says when the machine has come to rest, or that it does not. */
  record Quiesce(Duration patience) implements Command {}

  private record Complained(Host.Report kind) implements Command {}

  private record Failed(String where, Throwable cause) implements Command {}

  private record Looked(List<String> unrest) implements Command {}

  private record LookAgain() implements Command {}

  private final MachineOwner owner;
  private final ExactlyOneEvent events = new ExactlyOneEvent();
  private final Machine machine;
  private long looksLeft;
  private boolean gone;

  private MachineActor(
      ActorContext<Command> actor, long number, MachinePlan plan, MachineOwner owner) {
    super(actor);
    this.owner = owner;
    ActorRef<Command> self = actor.getSelf();
    owner.started(patience -> self.tell(new Quiesce(patience)));
    FlightRecorder[] recorder = new FlightRecorder[1];
    Findings findings = owner.watched(() -> recorder[0].snapshot(), events::accepted);
    Watch watch =
        new Watch(
            List.of(
                events,
                new IoErrorEvent(false),
                new StaleRead(),
                new CacheCoherence(),
                new KernelComplaints()),
            findings);
    recorder[0] = new FlightRecorder(owner::nanos, plan.recorderSize(), watch);
    this.machine =
        Machine.boot(
            actor,
            plan.spec(number),
            owner.traced(recorder[0]),
            new Console(recorder[0], actor.getSelf()));
    plan.programs(number, owner)
        .forEach(
            (task, program) -> machine.start(task, UserProcess.main(owner.program(task, program))));
  }

  static Behavior<Command> create(long number, MachinePlan plan, MachineOwner owner) {
    return Behaviors.setup(actor -> new MachineActor(actor, number, plan, owner));
  }

  /** The machine's console is on the recorder; what kills or wedges the machine is told here. */
  private record Console(FlightRecorder recorder, ActorRef<Command> self)
      implements Machine.Console {
    @Override
    public void printk(String line) {}

    @Override
    public void report(Host.Report kind, Context context, List<String> trace, List<String> lines) {
      recorder.report(KernelReport.Kind.valueOf(kind.name()), context, trace, lines);
      self.tell(new Complained(kind));
    }

    @Override
    public void defect(String where, Throwable cause) {
      self.tell(new Failed(where, cause));
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Complained.class, this::complained)
        .onMessage(Failed.class, this::failed)
        .onMessage(Quiesce.class, this::quiesce)
        .onMessage(LookAgain.class, m -> look())
        .onMessage(Looked.class, this::looked)
        .build();
  }

  /** A kernel that died somewhere holds locks for ever: it is replaced, like one that panicked. */
  private Behavior<Command> complained(Complained m) {
    boolean usable =
        switch (m.kind) {
          case WARNING, SLEEPING_IN_INTERRUPT, LOCK_ORDER -> true;
          case OOPS, PANIC, HUNG_TASK, SOFT_LOCKUP -> false;
        };
    return usable ? this : leave(new MachineEnd.Dead());
  }

  private Behavior<Command> failed(Failed m) {
    return leave(new MachineEnd.Defective(m.where, m.cause));
  }

  private Behavior<Command> quiesce(Quiesce m) {
    looksLeft = Math.max(1, m.patience.toMillis() / LOOK.toMillis());
    machine.killAll();
    return look();
  }

  private Behavior<Command> look() {
    ActorRef<Command> self = getContext().getSelf();
    machine.observe(
        machine
            .unrest()
            .then(
                unrest ->
                    unrest.isEmpty() ? machine.showCaches().map(x -> unrest) : Step.done(unrest))
            .map(
                unrest -> {
                  self.tell(new Looked(unrest));
                  return unrest;
                }));
    return this;
  }

  private Behavior<Command> looked(Looked m) {
    if (m.unrest.isEmpty()) {
      return leave(new MachineEnd.AtRest());
    }
    if (--looksLeft == 0) {
      return leave(new MachineEnd.Restless(m.unrest));
    }
    getContext().scheduleOnce(LOOK, getContext().getSelf(), new LookAgain());
    return this;
  }

  private Behavior<Command> leave(MachineEnd how) {
    if (!gone) {
      gone = true;
      owner.ended(how);
    }
    return this;
  }
}
