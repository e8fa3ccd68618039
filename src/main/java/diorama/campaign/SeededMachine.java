package diorama.campaign;

import diorama.check.Findings;
import diorama.check.History;
import diorama.check.Violation;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.Pace;
import diorama.engine.seeded.RoundRobin;
import diorama.engine.seeded.World;
import diorama.kernel.sched.Chance;
import diorama.kernel.tracepoint.Tracer;
import diorama.process.Program;
import diorama.trace.FlightRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One machine in the seeded engine, from its boot to its end or to a limit. Belongs to the thread
 * of its lane.
 */
final class SeededMachine implements MachineOwner {
  /**
   * When a machine is stopped, unless its kernel dies before.
   *
   * @param nanos after so much virtual time
   * @param operations after so many operations
   * @param choices after so many choices
   * @param untilViolation as soon as something was violated and the kernel has said what it says
   * @param untilSeen the same as soon as each of these violations and races was; empty if they are
   *     no reason to end
   * @param stop soon after it was given
   */
  record Limits(
      long nanos,
      long operations,
      long choices,
      boolean untilViolation,
      Set<String> untilSeen,
      StopSignal stop) {
    Limits(long nanos, long operations, long choices, boolean untilViolation, StopSignal stop) {
      this(nanos, operations, choices, untilViolation, Set.of(), stop);
    }

    Limits(long nanos, long operations, long choices, boolean untilViolation) {
      this(nanos, operations, choices, untilViolation, new StopSignal());
    }

    private boolean found(List<Violation> violations) {
      return (untilViolation && !violations.isEmpty())
          || (!untilSeen.isEmpty() && unseen(untilSeen, violations).isEmpty());
    }
  }

  /** Every so many choices it is asked whether to stop; a power of two. */
  private static final long LOOK = 1 << 14;

  private static final Limits NO_LIMITS =
      new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, false);

  /** Half way between what a call costs at least and at most. */
  private static final long STEADY_COST = 500;

  /** How long a machine may take to come to rest, in virtual time. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** After a violation, how many choices the kernel has to print what it prints. */
  private static final long EPILOGUE = 2_000;

  private final long number;
  private final Watching watching;
  private final Map<String, Long> operations = new TreeMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private long operationCount;
  private Supplier<Counted> counted = () -> Counted.NOTHING;
  private Consumer<Duration> quiesce = patience -> {};
  private @Nullable MachineFindings findings;
  private @Nullable TraceHash traced;
  private @Nullable MachineEnd end;

  private SeededMachine(long number, Watching watching) {
    this.number = number;
    this.watching = watching;
  }

  /**
   * Runs a machine on the current thread, which is the lane's.
   *
   * @param way how its choices are made
   */
  static SeededRun run(
      MachinePlan plan, long number, Lane lane, Way way, Limits limits, Watching watching) {
    SeededMachine machine = new SeededMachine(number, watching);
    try (World world = machine.world(plan, lane, way)) {
      return machine.run(world, World::step, limits);
    }
  }

  /**
   * The same; a machine that has reached a limit is then brought to rest. Not one that is stopped.
   */
  static SeededRun runToRest(
      MachinePlan plan, long number, Lane lane, Way way, Limits limits, Watching watching) {
    SeededMachine machine = new SeededMachine(number, watching);
    try (World world = machine.world(plan, lane, way)) {
      machine.drive(world, World::step, limits);
      SeededRun run = machine.result(world);
      machine.rest(world, limits.stop);
      return run.endingIn(machine.end, machine.violations);
    }
  }

  private World world(MachinePlan plan, Lane lane, Way way) {
    Chance seed = new Chance(plan.seed(number));
    return lane.world(
        MachineActor.create(number, plan, this),
        way.strategy(seed.stream("schedule")),
        way.pace(),
        seed.stream("costs")::nextLong,
        watching.listener());
  }

  private void rest(World world, StopSignal stop) {
    if (end == null && !stop.given()) {
      quiesce.accept(PATIENCE);
      while (end == null && world.step()) {
        // The machine says when it is at rest, or that it will not be.
      }
    }
    close();
  }

  /** The same with the choices of a schedule, in which nobody loses the processor by chance. */
  static SeededRun directed(
      MachinePlan plan, long number, Lane lane, Choices choices, Limits limits, Watching watching) {
    SeededMachine machine = new SeededMachine(number, watching);
    try (World world =
        lane.world(
            MachineActor.create(number, plan, machine),
            new RoundRobin(),
            Pace.STEADY,
            () -> STEADY_COST,
            watching.listener())) {
      return machine.run(world, new Directed(choices), limits);
    }
  }

  /** The same in a world in which only that is delivered what the drive names. */
  static SeededRun replayed(
      MachinePlan plan, long number, Lane lane, Drive drive, Watching watching) {
    SeededMachine machine = new SeededMachine(number, watching);
    try (World world =
        lane.scripted(MachineActor.create(number, plan, machine), watching.listener())) {
      return machine.run(world, drive, NO_LIMITS);
    }
  }

  private SeededRun run(World world, Drive drive, Limits limits) {
    drive(world, drive, limits);
    close();
    return result(world);
  }

  private void drive(World world, Drive drive, Limits limits) {
    long stopAt = limits.choices;
    int looked = 0;
    while (end == null
        && world.now() < limits.nanos
        && operationCount < limits.operations
        && world.choices() < stopAt
        && !(world.choices() % LOOK == 0 && limits.stop.given())
        && drive.step(world)) {
      if (violations.size() > looked) {
        looked = violations.size();
        if (limits.found(violations)) {
          stopAt = Math.min(stopAt, world.choices() + EPILOGUE);
        }
      }
    }
  }

  private void close() {
    MachineFindings explained = findings;
    if (explained != null) {
      explained.close();
    }
  }

  private SeededRun result(World world) {
    return new SeededRun(
        number,
        Map.copyOf(operations),
        List.copyOf(violations),
        end,
        end != null,
        counted.get(),
        world.deliveries(),
        world.choices(),
        world.now(),
        31 * world.hash() + Objects.requireNonNull(traced).value());
  }

  /** Which of these violations and races are not among what was seen. */
  static Set<String> unseen(Set<String> names, List<Violation> seen) {
    Set<String> unseen = new TreeSet<>(names);
    seen.forEach(
        violation ->
            unseen.removeAll(
                List.of(
                    violation.id(),
                    violation.race(),
                    RaceName.variant(violation.race(), violation.variant()))));
    return unseen;
  }

  private boolean count(Violation violation) {
    watching.found().accept(violation);
    return violations.add(violation);
  }

  private record Collecting(Predicate<Violation> count) implements Findings {
    @Override
    @SuppressWarnings("ReturnValueIgnored") // Every one is counted, none is explained.
    public void found(Violation violation) {
      count.test(violation);
    }

    @Override
    public void explained(Violation before, Violation now) {}
  }

  @Override
  public long nanos() {
    return Objects.requireNonNull(Lane.current()).now();
  }

  @Override
  public Findings watched(Supplier<History> history, Supplier<Counted> opportunities) {
    counted = opportunities;
    BiConsumer<Violation, History> explain = watching.explain();
    if (explain == null) {
      return new Collecting(this::count);
    }
    MachineFindings made = new MachineFindings(this::count, explain, history);
    findings = made;
    return made;
  }

  @Override
  public Tracer traced(FlightRecorder recorder) {
    watching.recorder().accept(recorder);
    TraceHash hash = new TraceHash(watching.tracer().apply(recorder));
    traced = hash;
    return hash;
  }

  @Override
  public Program program(String task, Program named) {
    return watching.programs().of(task, named);
  }

  @Override
  public void operation(String name, long count) {
    operations.merge(name, count, Long::sum);
    operationCount += count;
  }

  @Override
  public void started(Consumer<Duration> asked) {
    quiesce = asked;
  }

  @Override
  public void ended(MachineEnd how) {
    end = how;
  }
}
