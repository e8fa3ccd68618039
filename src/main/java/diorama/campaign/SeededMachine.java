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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
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
   */
  record Limits(long nanos, long operations, long choices, boolean untilViolation) {}

  private static final Limits NO_LIMITS =
      new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, false);

  /** Half way between what a call costs at least and at most. */
  private static final long STEADY_COST = 500;

  /** After a violation, how many choices the kernel has to print what it prints. */
  private static final long EPILOGUE = 2_000;

  private final long number;
  private final Watching watching;
  private final Map<String, Long> operations = new TreeMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private long operationCount;
  private LongSupplier accepted = () -> 0;
  private @Nullable MachineFindings findings;
  private @Nullable TraceHash traced;
  private @Nullable MachineEnd end;
  private long violatedAt = -1;

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
    Chance seed = new Chance(plan.seed(number));
    SeededMachine machine = new SeededMachine(number, watching);
    try (World world =
        lane.world(
            MachineActor.create(number, plan, machine),
            way.strategy(seed.stream("schedule")),
            way.pace(),
            seed.stream("costs")::nextLong,
            watching.listener())) {
      return machine.run(world, World::step, limits);
    }
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
    long stopAt = limits.choices;
    while (end == null
        && world.now() < limits.nanos
        && operationCount < limits.operations
        && world.choices() < stopAt
        && drive.step(world)) {
      if (limits.untilViolation && !violations.isEmpty()) {
        stopAt = Math.min(stopAt, firstViolationAt(world) + EPILOGUE);
      }
    }
    MachineFindings explained = findings;
    if (explained != null) {
      explained.close();
    }
    return result(world);
  }

  private long firstViolationAt(World world) {
    if (violatedAt < 0) {
      violatedAt = world.choices();
    }
    return violatedAt;
  }

  private SeededRun result(World world) {
    return new SeededRun(
        number,
        Map.copyOf(operations),
        List.copyOf(violations),
        end,
        accepted.getAsLong(),
        world.deliveries(),
        world.choices(),
        world.now(),
        31 * world.hash() + Objects.requireNonNull(traced).value());
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
  public Findings watched(Supplier<History> history, LongSupplier iocbs) {
    accepted = iocbs;
    BiConsumer<Violation, History> explain = watching.explain();
    if (explain == null) {
      return new Collecting(this::count);
    }
    MachineFindings made = new MachineFindings(this::count, explain, history);
    findings = made;
    return made;
  }

  @Override
  public Tracer traced(Tracer recorder) {
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
  public void ended(MachineEnd how) {
    end = how;
  }
}
