package diorama.campaign;

import diorama.check.Findings;
import diorama.check.History;
import diorama.kernel.tracepoint.Tracer;
import diorama.process.Program;
import diorama.process.ProgramLog;
import diorama.trace.FlightRecorder;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Whoever runs a machine: hears what its programs do and what its checks find. Called by the
 * machine's actors, by several at once in the natural engine.
 */
interface MachineOwner extends ProgramLog {
  /** The machine's clock in nanoseconds: monotonic, or virtual. */
  long nanos();

  /**
   * Where the findings of the machine's checks go; asked once, when it boots.
   *
   * @param history the machine's recorder
   * @param counted how often it gave a race the opportunity to show so far
   */
  Findings watched(Supplier<History> history, Supplier<Counted> counted);

  /** Where the machine's tracepoints go, which have to reach the recorder. */
  default Tracer traced(FlightRecorder recorder) {
    return recorder;
  }

  /** What a task of the machine runs, made of the program that its scenario names. */
  default Program program(String task, Program named) {
    return named;
  }

  /**
   * The machine's actor is there.
   *
   * @param quiesce asks it to end its programs and to come to rest within a time
   */
  default void started(Consumer<Duration> quiesce) {}

  /** The machine is through; called once, and not when it is stopped from outside. */
  void ended(MachineEnd how);

  @Override
  default void message(String line) {}
}
