package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What came of a matrix.
 *
 * @param cells in the order in which they were made
 * @param outcome unexpected if any cell is not ok
 * @param elapsedSeconds of real time
 * @param engine what ran the actors
 * @param seed by which the runs can be repeated, as far as the engine can
 * @param runs how many runs were made
 * @param interrupted whether it was ended from outside before its time
 */
@JsonPropertyOrder({"cells", "outcome", "elapsedSeconds", "engine", "seed"})
public record MatrixResult(
    List<Cell> cells,
    Outcome outcome,
    double elapsedSeconds,
    String engine,
    long seed,
    @JsonIgnore int runs,
    @JsonIgnore boolean interrupted) {}
