package diorama.campaign;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import diorama.engine.Deliveries;
import diorama.engine.Meter;
import diorama.trace.FixInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The machines of one kernel's run: keeps as many running as were asked for, puts a fresh one in
 * the place of each that died or whose programs have ended, and brings them all to rest at the end.
 */
final class Crew extends AbstractBehavior<Crew.Command> {
  /** What a crew is told. */
  sealed interface Command {}

  /**
   * Ends the run: every machine is to come to rest, and is stopped then.
   *
   * @param interrupted whether somebody ended it from outside
   */
  record End(Duration patience, boolean interrupted) implements Command {}

  /** Records machines. */
  interface Tracing {
    /** Begins with a machine that is about to be started under this path. */
    MachineTrace begin(long number, String path);
  }

  /** A machine is through. */
  record Ended(long number, MachineEnd how) implements Command {}

  /**
   * How a crew ended.
   *
   * @param replaced machines that died and were replaced by fresh ones
   * @param broughtToRest machines that were looked at until they were at rest or out of time
   * @param restless what kept machines from coming to rest
   * @param slowestToMedian deliveries a second of the slowest machine against the median one; 1 for
   *     a single machine
   * @param defect what failed in Diorama itself, or null
   */
  record Result(
      long replaced,
      long broughtToRest,
      List<String> restless,
      double slowestToMedian,
      @Nullable Throwable defect) {}

  /** One machine, and what it has been handed so far. */
  private record Member(
      ActorRef<MachineActor.Command> actor,
      Meter deliveries,
      long sinceNanos,
      MachineTrace trace) {}

  private final MachinePlan plan;
  private final Tally tally;
  private final Function<String, List<FixInfo>> missingFixes;
  private final Tracing tracing;
  private final Consumer<Result> ended;
  private final TreeMap<Long, Member> machines = new TreeMap<>();
  private final List<String> restless = new ArrayList<>();
  private long started;
  private long replaced;
  private long broughtToRest;
  private double slowestToMedian = 1;
  private boolean ending;
  private boolean interrupted;
  private boolean told;

  private Crew(
      ActorContext<Command> actor,
      MachinePlan plan,
      Tally tally,
      Function<String, List<FixInfo>> missingFixes,
      Tracing tracing,
      Consumer<Result> ended) {
    super(actor);
    this.plan = plan;
    this.tally = tally;
    this.missingFixes = missingFixes;
    this.tracing = tracing;
    this.ended = ended;
    for (int i = 0; i < plan.request().machines(); i++) {
      start();
    }
  }

  static Behavior<Command> create(
      MachinePlan plan,
      Tally tally,
      Function<String, List<FixInfo>> missingFixes,
      Tracing tracing,
      Consumer<Result> ended) {
    return Behaviors.setup(actor -> new Crew(actor, plan, tally, missingFixes, tracing, ended));
  }

  private void start() {
    long number = ++started;
    String name = "machine-" + number;
    String path = getContext().getSelf().path().toStringWithoutAddress() + "/" + name;
    Meter meter = Deliveries.of(getContext().getSystem()).meter(path);
    MachineTrace trace = tracing.begin(number, path);
    Behavior<MachineActor.Command> machine =
        MachineActor.create(
            number,
            plan,
            new CrewMember(number, tally, missingFixes, trace, getContext().getSelf()));
    machines.put(
        number, new Member(getContext().spawn(machine, name), meter, System.nanoTime(), trace));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ended.class, this::ended)
        .onMessage(End.class, this::end)
        .build();
  }

  private Behavior<Command> ended(Ended m) {
    if (m.how instanceof MachineEnd.Defective defect) {
      return defective(defect);
    }
    if (MachineEnd.tellsRest(m.how)) {
      broughtToRest++;
    }
    if (m.how instanceof MachineEnd.Restless here) {
      Member machine = machines.get(m.number);
      if (machine != null && !interrupted) {
        machine.trace.restless();
      }
      restless.add("machine " + m.number + ": " + String.join(", ", here.reasons()));
    }
    if (!ending && machines.containsKey(m.number)) {
      replaced += m.how instanceof MachineEnd.Dead ? 1 : 0;
      start();
    }
    return stop(m.number);
  }

  private Behavior<Command> stop(long number) {
    Member machine = machines.remove(number);
    if (machine != null) {
      getContext().stop(machine.actor);
      machine.deliveries.close();
      machine.trace.gone(interrupted);
    }
    return endIfAlone();
  }

  private Behavior<Command> end(End m) {
    ending = true;
    interrupted = m.interrupted;
    slowestToMedian = slowestToMedian();
    for (Member machine : machines.values()) {
      machine.trace.end();
      machine.actor.tell(new MachineActor.Quiesce(m.patience));
    }
    return endIfAlone();
  }

  private double slowestToMedian() {
    long now = System.nanoTime();
    double[] rates =
        machines.values().stream()
            .mapToDouble(m -> m.deliveries.total() / (double) Math.max(1, now - m.sinceNanos))
            .sorted()
            .toArray();
    double median = rates.length == 0 ? 0 : rates[rates.length / 2];
    return median == 0 ? 1 : rates[0] / median;
  }

  private Behavior<Command> endIfAlone() {
    if (ending && machines.isEmpty()) {
      tell(new Result(replaced, broughtToRest, List.copyOf(restless), slowestToMedian, null));
      return Behaviors.stopped();
    }
    return this;
  }

  private Behavior<Command> defective(MachineEnd.Defective defect) {
    tell(
        new Result(
            replaced,
            broughtToRest,
            List.copyOf(restless),
            slowestToMedian,
            new IllegalStateException(defect.where(), defect.cause())));
    return Behaviors.stopped();
  }

  private void tell(Result how) {
    if (!told) {
      told = true;
      ended.accept(how);
    }
  }
}
