package diorama.campaign;

import diorama.check.Findings;
import diorama.check.History;
import diorama.check.Violation;
import diorama.engine.seeded.WorldListener;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.World;
import diorama.kernel.sched.Chance;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
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

  /** After a violation, how many choices the kernel has to print what it prints. */
  private static final long EPILOGUE = 2_000;

  private final MachinePlan plan;
  private final long number;
  private final @Nullable BiConsumer<Violation, History> explain;
  private final Map<String, Long> operations = new TreeMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private long operationCount;
  private LongSupplier accepted = () -> 0;
  private @Nullable MachineFindings findings;
  private @Nullable TraceHash traced;
  private @Nullable MachineEnd end;
  private long violatedAt = -1;

  private SeededMachine(
      MachinePlan plan, long number, @Nullable BiConsumer<Violation, History> explain) {
    this.plan = plan;
    this.number = number;
    this.explain = explain;
  }

  /**
   * Runs a machine on the current thread, which is the lane's.
   *
   * @param way how its choices are made
   * @param explain is given each violation with what led to it; null if nobody wants to know
   * @param listener is told of every delivery
   */
  static SeededRun run(
      MachinePlan plan,
      long number,
      Lane lane,
      Way way,
      Limits limits,
      @Nullable BiConsumer<Violation, History> explain,
      WorldListener listener) {
    return new SeededMachine(plan, number, explain).run(lane, way, limits, listener);
  }

  private SeededRun run(Lane lane, Way way, Limits limits, WorldListener listener) {
    Chance seed = new Chance(plan.seed(number));
    try (World world =
        lane.world(
            MachineActor.create(number, plan, this),
            way.strategy(seed.stream("schedule")),
            way.pace(),
            seed.stream("costs")::nextLong,
            listener)) {
      long stopAt = limits.choices;
      while (end == null
          && world.now() < limits.nanos
          && operationCount < limits.operations
          && world.choices() < stopAt
          && world.step()) {
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

  private record Collecting(List<Violation> violations) implements Findings {
    @Override
    public void found(Violation violation) {
      violations.add(violation);
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
    if (explain == null) {
      return new Collecting(violations);
    }
    MachineFindings made = new MachineFindings(violations::add, explain, history);
    findings = made;
    return made;
  }

  @Override
  public Tracer traced(Tracer recorder) {
    TraceHash hash = new TraceHash(recorder);
    traced = hash;
    return hash;
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
