package diorama.campaign;

import java.util.List;

/**
 * Scenarios on kernels.
 *
 * @param runs each of one scenario on one kernel, in the order in which they are begun
 * @param engine what runs the actors
 * @param seed of everything that is drawn, in each run
 * @param jobs how many are made at the same time, 1 or more
 */
public record MatrixRequest(List<RunRequest> runs, Engine engine, long seed, int jobs) {
  public MatrixRequest {
    runs = List.copyOf(runs);
    if (runs.stream().anyMatch(run -> run.kernels().size() != 1)) {
      throw new IllegalArgumentException("each run of a matrix is on one kernel");
    }
  }
}
