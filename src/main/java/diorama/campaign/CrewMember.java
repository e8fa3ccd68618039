package diorama.campaign;

import akka.actor.typed.ActorRef;
import diorama.check.Findings;
import diorama.check.History;
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
  private final ActorRef<Crew.Command> crew;
  private @Nullable MachineFindings findings;

  CrewMember(
      long number,
      Tally tally,
      Function<String, List<FixInfo>> missingFixes,
      ActorRef<Crew.Command> crew) {
    this.number = number;
    this.tally = tally;
    this.missingFixes = missingFixes;
    this.crew = crew;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Findings findings(Supplier<History> history) {
    MachineFindings made = new MachineFindings(tally, history, missingFixes);
    findings = made;
    return made;
  }

  @Override
  public void operation(String name, long count) {
    tally.operation(name, count);
  }

  @Override
  public void ended(MachineEnd how, long accepted) {
    Objects.requireNonNull(findings).close();
    tally.accepted(accepted);
    crew.tell(new Crew.Ended(number, how));
  }
}
