package diorama.campaign;

import akka.actor.typed.ActorRef;
import diorama.check.Findings;
import diorama.check.History;
import diorama.trace.Explanation;
import diorama.trace.FixInfo;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One machine of a {@link Crew} in the natural engine, as its owner sees it. */
final class CrewMember implements MachineOwner {
  private final long number;
  private final Tally tally;
  private final Function<String, List<FixInfo>> missingFixes;
  private final MachineTrace trace;
  private final ActorRef<Crew.Command> crew;
  private @Nullable MachineFindings findings;
  private Supplier<Counted> counted = () -> Counted.NOTHING;

  CrewMember(
      long number,
      Tally tally,
      Function<String, List<FixInfo>> missingFixes,
      MachineTrace trace,
      ActorRef<Crew.Command> crew) {
    this.number = number;
    this.tally = tally;
    this.missingFixes = missingFixes;
    this.trace = trace;
    this.crew = crew;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Findings watched(Supplier<History> history, Supplier<Counted> opportunities) {
    counted = opportunities;
    MachineFindings made =
        new MachineFindings(
            violation -> {
              trace.found(violation);
              return tally.count(violation);
            },
            (v, then) -> tally.explain(v, Explanation.of(then, v, missingFixes.apply(v.race()))),
            history);
    findings = made;
    return made;
  }

  @Override
  public void operation(String name, long count) {
    tally.operation(name, count);
  }

  @Override
  public void ended(MachineEnd how) {
    Objects.requireNonNull(findings).close();
    tally.counted(counted.get());
    crew.tell(new Crew.Ended(number, how));
  }
}
