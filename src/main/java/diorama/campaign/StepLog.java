package diorama.campaign;

import diorama.engine.seeded.WorldListener;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down the choices of one run, and what the kernel did because of each. */
final class StepLog implements WorldListener {
  private final List<ScheduledStep> steps = new ArrayList<>();
  private long source;
  private long target;
  private long nanos;
  private @Nullable Class<?> message;
  private String actor = "";
  private String context = "";
  private String tracepoint = "";
  private boolean open;

  @Override
  public void chosen(long from, long to, @Nullable Object told, long at) {
    close();
    open = true;
    source = from;
    target = to;
    message = told == null ? null : told.getClass();
    nanos = at;
  }

  /** The first that is delivered after a choice is what was chosen. */
  @Override
  public void delivered(
      String receiver, String sender, long sequence, Object told, long sent, long at) {
    if (open && actor.isEmpty()) {
      actor = sender.substring(sender.lastIndexOf('/') + 1);
    }
  }

  /** The same tracer, that lets this log see what passes. */
  Tracer seeing(Tracer next) {
    return point -> {
      see(point);
      next.emit(point);
    };
  }

  private void see(Tracepoint point) {
    if (tracepoint.isEmpty()) {
      tracepoint = point.name();
      context = point.context().toString();
    }
  }

  private void close() {
    if (open) {
      steps.add(new ScheduledStep(source, target, nanos, actor, context, tracepoint, message));
    }
    actor = "";
    context = "";
    tracepoint = "";
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

  /** The schedule of the first so many. */
  Choices choices(int first) {
    return Choices.of(steps(), first);
  }
}
