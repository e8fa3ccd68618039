package diorama.campaign;

import diorama.config.Expectation;
import diorama.config.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs scenarios on kernels, one after the other, and compares what is seen with what they expect.
 */
public final class Matrix {
  private final Campaign campaign;

  /** A matrix whose runs this campaign makes. */
  public Matrix(Campaign campaign) {
    this.campaign = campaign;
  }

  /**
   * Runs until all is done or somebody asks it to stop, and says what came of it; in the second
   * case of what has run until then.
   *
   * @param listener is told while it runs, from any thread; kernels by the name of the scenario and
   *     their own
   */
  public MatrixResult run(MatrixRequest request, ProgressListener listener, StopSignal stop) {
    long start = System.nanoTime();
    List<Cell> cells = new ArrayList<>();
    int runs = 0;
    for (RunRequest run : request.runs()) {
      if (!stop.given()) {
        runs++;
        cells.addAll(cells(run, new Labelled(run, listener), stop));
      }
    }
    return new MatrixResult(
        List.copyOf(cells),
        cells.stream().allMatch(Cell::ok) ? Outcome.AS_EXPECTED : Outcome.UNEXPECTED,
        seconds(start),
        request.engine().label(),
        request.seed(),
        runs,
        stop.given());
  }

  private List<Cell> cells(RunRequest run, ProgressListener listener, StopSignal stop) {
    long start = System.nanoTime();
    RunResult result = campaign.run(run, listener, stop);
    double seconds = seconds(start);
    return result.kernels().stream()
        .flatMap(kernel -> new Cells(run, kernel, seconds).all().stream())
        // A run that was cut short has not missed what it had no time to show.
        .filter(cell -> !(result.interrupted() && cell.verdict() == CellVerdict.MISSING))
        .toList();
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /**
   * What a scenario's run on a kernel needs to see before it may end early: all that must be seen.
   * Nothing where something must never be seen, because that takes all the time there is.
   */
  public static Set<String> sought(Scenario scenario, String kernel) {
    Set<String> musts = new LinkedHashSet<>();
    for (var expected : scenario.expectations().entrySet()) {
      Expectation here = expected.getValue().get(kernel);
      if (here == Expectation.NEVER) {
        return Set.of();
      }
      if (here == Expectation.MUST) {
        musts.add(expected.getKey());
      }
    }
    return musts;
  }

  /** Whether a scenario must show anything on a kernel. */
  public static boolean mustShow(Scenario scenario, String kernel) {
    return scenario.expectations().values().stream()
        .anyMatch(kernels -> kernels.get(kernel) == Expectation.MUST);
  }

  /** Tells a listener which of the runs it is. */
  private record Labelled(RunRequest run, ProgressListener listener) implements ProgressListener {
    @Override
    public void progress(Progress now) {
      listener.progress(
          new Progress(
              label(now.kernel()),
              now.elapsed(),
              now.schedules(),
              now.limit(),
              now.operations(),
              now.deliveries(),
              now.violations()));
    }

    @Override
    public void violation(String kernel, String id, List<String> explanation) {
      listener.violation(label(kernel), id, explanation);
    }

    @Override
    public void warning(String line) {
      listener.warning(line);
    }

    private String label(String kernel) {
      return run.scenario().name() + "  " + kernel;
    }
  }
}
