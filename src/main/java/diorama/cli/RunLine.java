package diorama.cli;

import diorama.campaign.Cell;
import diorama.campaign.MatrixRequest;
import diorama.campaign.RunRequest;
import diorama.config.Library;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the command that makes a run of a matrix by itself. */
final class RunLine {
  private final Library library;

  RunLine(Library library) {
    this.library = library;
  }

  /** The run of a cell. */
  String of(Cell cell, MatrixRequest request) {
    return request.runs().stream()
        .filter(run -> run.scenario().name().equals(cell.scenario()))
        .filter(run -> run.kernels().get(0).name().equals(cell.kernel()))
        .map(this::of)
        .findFirst()
        .orElseThrow();
  }

  private String of(RunRequest run) {
    return Stream.of(
            "./diorama",
            "run",
            written(Library.Shelf.SCENARIOS, run.scenario().name(), run.scenario().file()),
            "--kernel",
            written(
                Library.Shelf.KERNELS, run.kernels().get(0).name(), run.kernels().get(0).file()),
            "--machines",
            Integer.toString(run.machines()),
            "--for",
            run.limits().duration().toMillis() + "ms",
            "--engine",
            run.engine().label(),
            "--seed",
            Long.toString(run.seed()))
        .map(ScenarioOptions::quoted)
        .collect(Collectors.joining(" "));
  }

  /** The name, where that means the same file. */
  private String written(Library.Shelf shelf, String name, Path file) {
    return file.equals(library.all(shelf).get(name)) ? name : file.toString();
  }
}
