package diorama.process;

import java.util.List;
import java.util.function.Function;

/**
 * A program whose options are read, so that every machine can start it. Immutable.
 *
 * @param files that its file system has to have from the start
 * @param exec makes the program of one machine
 */
public record Executable(List<String> files, Function<Environment, Program> exec) {
  /** Copies the files. */
  public Executable {
    files = List.copyOf(files);
  }
}
