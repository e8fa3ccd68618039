package diorama.campaign;

import diorama.check.History;
import diorama.check.Violation;
import diorama.engine.seeded.WorldListener;
import diorama.kernel.tracepoint.Tracer;
import diorama.process.Program;
import diorama.trace.FlightRecorder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who looks on while a seeded machine runs. Nobody of them changes what happens.
 *
 * @param found is given each violation at once
 * @param explain is given each violation with what led to it; null if nobody wants to know
 * @param listener is told of deliveries and choices
 * @param tracer puts itself before the machine's own tracer
 * @param recorder is given the machine's recorder when it boots
 * @param programs puts itself around the program of a task
 */
record Watching(
    Consumer<Violation> found,
    @Nullable BiConsumer<Violation, History> explain,
    WorldListener listener,
    UnaryOperator<Tracer> tracer,
    Consumer<FlightRecorder> recorder,
    Programs programs) {
  /** Wraps a task's program. */
  interface Programs {
    Program of(String task, Program program);
  }

  /** Nobody. */
  static final Watching NOBODY =
      new Watching(
          violation -> {},
          null,
          WorldListener.NONE,
          tracer -> tracer,
          recorder -> {},
          (task, program) -> program);

  Watching found(Consumer<Violation> to) {
    return new Watching(to, explain, listener, tracer, recorder, programs);
  }

  Watching explain(BiConsumer<Violation, History> to) {
    return new Watching(found, to, listener, tracer, recorder, programs);
  }

  Watching listener(WorldListener to) {
    return new Watching(found, explain, to, tracer, recorder, programs);
  }

  Watching steps(StepLog log) {
    return new Watching(found, explain, log, log::seeing, recorder, programs);
  }

  Watching programs(Programs wrapped) {
    return new Watching(found, explain, listener, tracer, recorder, wrapped);
  }

  Watching recorder(Consumer<FlightRecorder> to) {
    return new Watching(found, explain, listener, tracer, to, programs);
  }
}
