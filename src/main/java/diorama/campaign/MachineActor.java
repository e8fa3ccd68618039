package diorama.campaign;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import diorama.check.AbandonedDio;
import diorama.check.CacheCoherence;
import diorama.check.CollisionWarning;
import diorama.check.DioUseAfterFree;
import diorama.check.ExactlyOneEvent;
import diorama.check.FileUseAfterFree;
import diorama.check.Findings;
import diorama.check.FsyncError;
import diorama.check.HomeBeforeJournal;
import diorama.check.InterruptSleep;
import diorama.check.IoErrorEvent;
import diorama.check.JournalAssertion;
import diorama.check.KernelComplaints;
import diorama.check.KernelReport;
import diorama.check.LockInversion;
import diorama.check.NeverWrittenContent;
import diorama.check.StaleRead;
import diorama.check.SwallowedError;
import diorama.check.Watch;
import diorama.check.WorkqueuePublication;
import diorama.check.WriteProgress;
import diorama.check.WrittenOnce;
import diorama.kernel.Machine;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
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
  /** How long a machine may take to come to rest after its last program has ended. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long a machine in which nothing moves is looked at, beyond the kernel's intervals. */
  private static final Duration STILL = Duration.ofSeconds(1);

  /** How often a machine that is asked to come to rest is looked at. */
  private static final Duration LOOK = Duration.ofMillis(20);

  /** What a machine is told. */
  sealed interface Command {}

  /** Ends the programs, and says when the machine has come to rest, or that it does not. */
  record Quiesce(Duration patience) implements Command {}

  private record Complained(Host.Report kind) implements Command {}

  private record Failed(String where, Throwable cause) implements Command {}

  private record Hung() implements Command {}

  private record Idle() implements Command {}

  private record NobodyLeft(boolean nobody) implements Command {}

  private record Looked(Machine.Unrest unrest) implements Command {}

  private record LookAgain() implements Command {}

  private final MachineOwner owner;
  private final ExactlyOneEvent events = new ExactlyOneEvent();
  private final Machine machine;

  /**
   * So often nothing may change, with no process and no request left, before nothing ever will: all
   * that could still move something are the kernel's own intervals.
   */
  private final long stillness;

  private List<String> before = List.of();
  private long looksAtTheSame;
  private long looksLeft;
  private boolean looking;
  private boolean gone;

  private MachineActor(
      ActorContext<Command> actor, long number, MachinePlan plan, MachineOwner owner) {
    super(actor);
    this.owner = owner;
    this.stillness = looks(STILL.plus(plan.longestInterval()));
    ActorRef<Command> self = actor.getSelf();
    owner.started(patience -> self.tell(new Quiesce(patience)));
    FlightRecorder[] recorder = new FlightRecorder[1];
    WorkqueuePublication publications = new WorkqueuePublication();
    Findings findings =
        owner.watched(
            () -> recorder[0].snapshot(),
            () -> new Counted(events.accepted(), publications.contested()));
    Watch watch =
        new Watch(
            List.of(
                events,
                new IoErrorEvent(plan.devicesFail()),
                new StaleRead(),
                new CacheCoherence(),
                new WrittenOnce(),
                new DioUseAfterFree(),
                new AbandonedDio(),
                new SwallowedError(),
                new FsyncError(plan.devicesFail()),
                publications,
                new FileUseAfterFree(),
                new LockInversion(),
                new InterruptSleep(),
                new CollisionWarning(),
                new HomeBeforeJournal(),
                new NeverWrittenContent(),
                new JournalAssertion(),
                new WriteProgress(),
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

    @Override
    public void idle() {
      self.tell(new Idle());
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Complained.class, this::complained)
        .onMessage(Failed.class, this::failed)
        .onMessage(Quiesce.class, this::quiesce)
        .onMessage(Hung.class, m -> leave(new MachineEnd.Dead()))
        .onMessage(Idle.class, m -> idle())
        .onMessage(NobodyLeft.class, this::nobodyLeft)
        .onMessage(LookAgain.class, m -> look())
        .onMessage(Looked.class, this::looked)
        .build();
  }

  /** A kernel that died somewhere holds locks for ever: it is replaced, like one that panicked. */
  private Behavior<Command> complained(Complained m) {
    return switch (m.kind) {
      case WARNING, SLEEPING_IN_INTERRUPT, LOCK_ORDER -> this;
      case OOPS, PANIC -> leave(new MachineEnd.Dead());
      case HUNG_TASK, SOFT_LOCKUP -> leaveWhenAllHaveComplained();
    };
  }

  /** The watchdog asks all contexts at the same time: who is in the same circle is named, too. */
  private Behavior<Command> leaveWhenAllHaveComplained() {
    getContext().scheduleOnce(LOOK, getContext().getSelf(), new Hung());
    return this;
  }

  private Behavior<Command> failed(Failed m) {
    return leave(new MachineEnd.Defective(m.where, m.cause));
  }

  /** A fast program may be over before the next one has begun: asks once all have. */
  private Behavior<Command> idle() {
    ActorRef<Command> self = getContext().getSelf();
    machine.observe(machine.idle().map(nobody -> tell(self, new NobodyLeft(nobody))));
    return this;
  }

  private static Done tell(ActorRef<Command> self, Command command) {
    self.tell(command);
    return Done.DONE;
  }

  private Behavior<Command> nobodyLeft(NobodyLeft m) {
    return m.nobody && !looking ? lookFor(PATIENCE) : this;
  }

  private Behavior<Command> quiesce(Quiesce m) {
    machine.killAll();
    return lookFor(m.patience);
  }

  private Behavior<Command> lookFor(Duration patience) {
    looksLeft = looks(patience);
    if (looking) {
      return this;
    }
    looking = true;
    return look();
  }

  private static long looks(Duration time) {
    return Math.max(1, time.toMillis() / LOOK.toMillis());
  }

  private Behavior<Command> look() {
    ActorRef<Command> self = getContext().getSelf();
    machine.observe(
        machine
            .unrest()
            .then(
                unrest ->
                    unrest.reasons().isEmpty()
                        ? machine.showCaches().map(x -> unrest)
                        : Step.done(unrest))
            .map(unrest -> tell(self, new Looked(unrest))));
    return this;
  }

  private Behavior<Command> looked(Looked m) {
    List<String> reasons = m.unrest.reasons();
    if (reasons.isEmpty()) {
      return leave(new MachineEnd.AtRest());
    }
    looksAtTheSame = !m.unrest.moving() && reasons.equals(before) ? looksAtTheSame + 1 : 0;
    before = reasons;
    if (--looksLeft == 0 || looksAtTheSame == stillness) {
      return leave(new MachineEnd.Restless(reasons));
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
