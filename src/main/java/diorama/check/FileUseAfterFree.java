package diorama.check;

import static diorama.check.TracepointName.AIO_COMPLETE;
import static diorama.check.TracepointName.AIO_GET_REQ;
import static diorama.check.TracepointName.FPUT;
import static diorama.check.TracepointName.KMEM_CACHE_FREE_FILP;
import static diorama.check.TracepointName.USE_AFTER_FREE;

import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Nobody uses a struct file that was freed, nor, on the strength of it, its inode.
 *
 * <p>An inode to which nobody has a reference may stay for long, so that the second mostly goes
 * well.
 */
public final class FileUseAfterFree implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "file-use-after-free";

  /** The documented cause: the submitter goes on when its request has been completed. */
  public static final String RACE = "write-uaf-after-queue";

  /** A field of the struct file was read. */
  public static final String FILE = "file";

  /** The inode was used that the file had pinned. */
  public static final String INODE = "inode";

  private static final String USES_THE_INODE = " uses the inode ";

  private final Map<String, Boolean> told = new Remembered<>(1024);
  private final Map<Context, Violation> last = new HashMap<>();

  @Override
  public boolean wants(String name) {
    return name.equals(USE_AFTER_FREE);
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    Subject file = event.subject();
    if (file == null || file.kind() != Subject.Kind.FILE) {
      return;
    }
    String variant = event.point().detail().contains(USES_THE_INODE) ? INODE : FILE;
    if (told.put(file.label() + " " + variant, true) != null) {
      return;
    }
    Violation violation = explain(soFar.get(), file, variant, event);
    last.put(event.context(), violation);
    findings.found(violation);
  }

  private static Violation explain(History history, Subject file, String variant, Event event) {
    Event accepted =
        history.last(
            e ->
                e.is(AIO_GET_REQ)
                    && e.context().equals(event.context())
                    && e.sequence() < event.sequence());
    Event completed = accepted == null ? null : completed(history, accepted, event);
    List<Witness> witnesses = new ArrayList<>();
    Witness.addIfSeen(witnesses, Role.ACCEPTED, accepted);
    Witness.addIfSeen(witnesses, Role.FIRST_COMPLETION, completed);
    Witness.addIfSeen(
        witnesses,
        Role.CLOSED,
        history.last(
            e ->
                e.is(FPUT)
                    && e.point().a() > 0
                    && file.equals(e.subject())
                    && !e.context().equals(event.context())));
    Witness.addIfSeen(
        witnesses,
        Role.LAST_COUNT,
        history.last(e -> e.is(FPUT) && e.point().a() == 0 && file.equals(e.subject())));
    Witness.addIfSeen(
        witnesses,
        Role.FREED,
        history.last(e -> e.is(KMEM_CACHE_FREE_FILP) && file.equals(e.subject())));
    witnesses.add(Witness.of(Role.USED_AFTER_FREE, event));
    return new Violation(
        ID,
        completed == null ? Violation.UNKNOWN : RACE,
        variant,
        event.sequence(),
        event.nanos(),
        witnesses,
        null);
  }

  /** The completion of that request by somebody else, before the file was used. */
  private static @Nullable Event completed(History history, Event accepted, Event used) {
    return history.last(
        e ->
            e.is(AIO_COMPLETE)
                && java.util.Objects.equals(e.subject(), accepted.subject())
                && !e.context().equals(used.context())
                && e.sequence() < used.sequence());
  }

  /** The context that has used it dies of it. */
  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    Violation cause = last.get(report.context());
    if (cause == null
        || report.kind() != KernelReport.Kind.OOPS
        || !report.callTrace().contains("io_submit_one")) {
      return false;
    }
    last.remove(report.context());
    findings.explained(cause, cause.with(report));
    return true;
  }
}
