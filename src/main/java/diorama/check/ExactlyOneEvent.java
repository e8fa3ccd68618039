package diorama.check;

import static diorama.check.TracepointName.AIO_COMPLETE;
import static diorama.check.TracepointName.AIO_GET_REQ;
import static diorama.check.TracepointName.USE_AFTER_FREE;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every accepted iocb is completed exactly once.
 *
 * <p>A second {@code aio_complete} for one incarnation of a kiocb is the violation, whether its
 * memory is still there, was freed, or belongs to another request by then. What follows from it (a
 * BUG in aio.c, the other request's own completion) is part of the same violation.
 */
public final class ExactlyOneEvent implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "double-aio-complete";

  /** The cause: the invalidation after a direct write replaced -EIOCBQUEUED. */
  public static final String CLOBBER = "eiocbqueued-clobber";

  /** The cause: an error of the O_SYNC update replaced -EIOCBQUEUED. */
  public static final String OSYNC_CLOBBER = "osync-clobber";

  /** The cause: the worker completed a write that extends the file, and returned its error too. */
  public static final String EFAULT_EXTENDING = "efault-extending-aio";

  /** The submitting path completes with an error while bios are in flight; then the interrupt. */
  public static final String SUBMISSION_FIRST = "submission-first";

  /** The interrupt completes; then the submitting path, which frees what it goes on to use. */
  public static final String BIO_FIRST = "bio-first";

  /** The late completion finds another request in the slot and completes that one too early. */
  public static final String SLAB_REUSE = "slab-reuse";

  private static final int REQUESTS_REMEMBERED = 8192;
  private static final int VIOLATIONS_REMEMBERED = 64;

  private final Map<Subject, Boolean> completed = new Remembered<>(REQUESTS_REMEMBERED);
  private final Map<Subject, Boolean> spoilt = new Remembered<>(REQUESTS_REMEMBERED);
  private final Map<Context, Event> stalePointer = new HashMap<>();
  private final List<Violation> unexplained = new ArrayList<>();
  private long accepted;

  /** How many requests were accepted: how often the violation could have happened. */
  public synchronized long accepted() {
    return accepted;
  }

  @Override
  public boolean wants(String name) {
    return switch (name) {
      case AIO_GET_REQ, AIO_COMPLETE, USE_AFTER_FREE -> true;
      default -> false;
    };
  }

  @Override
  public synchronized void see(Event event, Supplier<History> soFar, Findings findings) {
    Subject kiocb = event.named(Subject.Kind.KIOCB);
    if (kiocb == null) {
      return;
    }
    switch (event.name()) {
      case AIO_GET_REQ -> accept(kiocb);
      case USE_AFTER_FREE -> stalePointer.put(event.context(), event);
      default -> complete(kiocb, event, soFar, findings);
    }
  }

  private void accept(Subject kiocb) {
    accepted++;
    completed.put(kiocb, false);
  }

  private void complete(Subject kiocb, Event event, Supplier<History> soFar, Findings findings) {
    Event stale = stalePointer.remove(event.context());
    Subject pointer = stale != null && stale.mentions(kiocb) ? stale.subject() : null;
    Subject request = pointer == null ? kiocb : pointer;
    boolean again = Boolean.TRUE.equals(completed.put(request, true));
    if (!again && pointer == null) {
      return;
    }
    boolean consequence = spoilt.put(request, true) != null;
    Subject victim = pointer != null && stale != null ? stale.related() : null;
    if (victim != null) {
      // Its own completion comes too late by now and hits the next request, and so on.
      spoilt.put(victim, true);
    }
    if (!consequence) {
      report(DoubleCompletion.explain(soFar.get(), request, stale, event, event), findings);
    }
  }

  private void report(Violation violation, Findings findings) {
    if (unexplained.size() == VIOLATIONS_REMEMBERED) {
      unexplained.remove(0);
    }
    unexplained.add(violation);
    findings.found(violation);
  }

  @Override
  public synchronized boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    if (!report.kind().fatal()) {
      return false;
    }
    Event stale = stalePointer.remove(report.context());
    Subject pointer = stale == null ? null : stale.subject();
    if (pointer != null
        && report.callTrace().contains(AIO_COMPLETE)
        && !spoilt.containsKey(pointer)) {
      // Poison: aio_complete died on its way to the ring.
      spoilt.put(pointer, true);
      findings.found(
          DoubleCompletion.explain(soFar.get(), pointer, stale, null, report).with(report));
      return true;
    }
    Violation cause = isFromAio(report) ? causeOf(report) : null;
    if (cause == null) {
      return false;
    }
    unexplained.remove(cause);
    findings.explained(cause, cause.with(report));
    return true;
  }

  private static boolean isFromAio(KernelReport report) {
    return report.lines().stream().anyMatch(line -> line.contains("fs/aio.c"))
        || report.callTrace().stream()
            .limit(2)
            .anyMatch(f -> f.equals(AIO_COMPLETE) || f.endsWith("aio_put_req"));
  }

  /** The latest violation that this context had a part in, or else the latest one. */
  private @Nullable Violation causeOf(KernelReport report) {
    Violation latest = null;
    for (Violation v : unexplained) {
      boolean tookPart = v.witnesses().stream().anyMatch(w -> w.context().equals(report.context()));
      boolean latestTookPart =
          latest != null
              && latest.witnesses().stream().anyMatch(w -> w.context().equals(report.context()));
      if (latest == null || tookPart || !latestTookPart) {
        latest = v;
      }
    }
    return latest;
  }
}
