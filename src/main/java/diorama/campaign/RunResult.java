package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What came of a run.
 *
 * @param scenario the scenario's name
 * @param engine what ran the actors
 * @param seed by which the run can be repeated, as far as the engine can
 * @param timeScale factor on kernel intervals
 * @param interrupted whether it was ended from outside before its time
 * @param outcome unexpected if it is on any kernel
 * @param kernels in the order in which they ran
 */
@JsonPropertyOrder({"scenario", "engine", "seed", "timeScale", "interrupted", "outcome", "kernels"})
public record RunResult(
    String scenario,
    String engine,
    long seed,
    double timeScale,
    boolean interrupted,
    Outcome outcome,
    List<KernelResult> kernels) {

  /** The result of a request whose kernels came out so. */
  public static RunResult of(RunRequest request, boolean interrupted, List<KernelResult> kernels) {
    Outcome outcome =
        kernels.stream().map(KernelResult::outcome).reduce(Outcome.AS_EXPECTED, Outcome::and);
    return new RunResult(
        request.scenario().name(),
        request.engine().label(),
        request.seed(),
        request.settings().kernel().timeScale(),
        interrupted,
        outcome,
        List.copyOf(kernels));
  }
}
