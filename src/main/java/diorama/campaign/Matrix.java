package diorama.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs scenarios on kernels, several at a time, and compares what is seen with what they expect.
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
    AtomicInteger runs = new AtomicInteger();
    List<Cell> cells = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(request.jobs());
    try {
      List<Future<List<Cell>>> results = new ArrayList<>();
      for (RunRequest run : request.runs()) {
        results.add(
            threads.submit(
                () -> {
                  if (stop.given()) {
                    return List.of();
                  }
                  runs.incrementAndGet();
                  return cells(run, new Labelled(run, listener), stop);
                }));
      }
      for (Future<List<Cell>> result : results) {
        cells.addAll(await(result));
      }
    } finally {
      threads.shutdownNow();
    }
    return new MatrixResult(
        List.copyOf(cells),
        cells.stream().allMatch(Cell::ok) ? Outcome.AS_EXPECTED : Outcome.UNEXPECTED,
        seconds(start),
        request.engine().label(),
        request.seed(),
        runs.get(),
        stop.given());
  }

  private static List<Cell> await(Future<List<Cell>> result) {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a matrix ran", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("a run failed", e.getCause());
    }
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
