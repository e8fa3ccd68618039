package diorama.campaign;

import diorama.check.Findings;
import diorama.check.History;
import diorama.check.Violation;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.Pace;
import diorama.engine.seeded.Strategy;
import diorama.engine.seeded.World;
import diorama.kernel.sched.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One machine in the seeded engine, from its boot to its end or to a limit. Belongs to the thread
 * of its lane.
 */
final class SeededMachine implements MachineOwner, Findings {
  /**
   * When a machine is stopped, unless its kernel dies before.
   *
   * @param nanos after so much virtual time
   * @param operations after so many operations
   * @param choices after so many choices
   */
  record Limits(long nanos, long operations, long choices) {}

  private final MachinePlan plan;
  private final long number;
  private final Map<String, Long> operations = new TreeMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private long operationCount;
  private long accepted;
  private @Nullable MachineEnd end;

  SeededMachine(MachinePlan plan, long number) {
    this.plan = plan;
    this.number = number;
  }

  /** Runs the machine on the current thread, which is the lane's. */
  SeededRun run(Lane lane, Strategy strategy, Pace pace, Limits limits) {
    Chance costs = new Chance(plan.seed(number)).stream("costs");
    try (World world =
        lane.world(MachineActor.create(number, plan, this), strategy, pace, costs::nextLong)) {
      while (end == null
          && world.now() < limits.nanos
          && operationCount < limits.operations
          && world.choices() < limits.choices
          && world.step()) {
        // Each step is one choice.
      }
      return new SeededRun(
          number,
          Map.copyOf(operations),
          List.copyOf(violations),
          end,
          accepted,
          world.deliveries(),
          world.choices(),
          world.now(),
          world.hash());
    }
  }

  @Override
  public long nanos() {
    return Objects.requireNonNull(Lane.current()).now();
  }

  @Override
  public Findings findings(Supplier<History> history) {
    return this;
  }

  @Override
  public void found(Violation violation) {
    violations.add(violation);
  }

  @Override
  public void explained(Violation before, Violation now) {
    violations.replaceAll(v -> v.equals(before) ? now : v);
  }

  @Override
  public void operation(String name, long count) {
    operations.merge(name, count, Long::sum);
    operationCount += count;
  }

  @Override
  public void ended(MachineEnd how, long iocbs) {
    end = how;
    accepted = iocbs;
  }
}
