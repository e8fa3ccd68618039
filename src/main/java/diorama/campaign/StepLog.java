package diorama.campaign;

import diorama.engine.seeded.WorldListener;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.List;

/** Writes down the choices of one run, and what the kernel did because of each. */
final class StepLog implements WorldListener {
  private final List<ScheduledStep> steps = new ArrayList<>();
  private long source;
  private long target;
  private String context = "";
  private String name = "";
  private boolean open;

  @Override
  public void chosen(long from, long to) {
    close();
    open = true;
    source = from;
    target = to;
  }

  /** The same tracer, that lets this log see what passes. */
  Tracer seeing(Tracer next) {
    return point -> {
      see(point);
      next.emit(point);
    };
  }

  private void see(Tracepoint point) {
    if (name.isEmpty()) {
      name = point.name();
      context = point.context().toString();
    }
  }

  private void close() {
    if (open) {
      steps.add(new ScheduledStep(source, target, context, name));
    }
    context = "";
    name = "";
  }

  /** All steps so far. */
  List<ScheduledStep> steps() {
    close();
    open = false;
    return List.copyOf(steps);
  }

  int size() {
    return steps.size() + (open ? 1 : 0);
  }

  Choices choices() {
    List<ScheduledStep> all = steps();
    return Choices.of(all.stream().mapToLong(ScheduledStep::source).toArray(), all.size());
  }
}
