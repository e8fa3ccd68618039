package diorama.check;

import static diorama.check.TracepointName.SYSCALL_EXIT;

import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * fsync returns no error unless the device has failed a transfer. Since 4.16 it may: a direct write
 * could not drop a page, and this is how the user is told.
 */
public final class FsyncError implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "fsync-error";

  private final boolean devicesFail;

  /**
   * @param devicesFail faults are injected: then an error has a cause
   */
  public FsyncError(boolean devicesFail) {
    this.devicesFail = devicesFail;
  }

  @Override
  public boolean wants(String name) {
    return name.equals(SYSCALL_EXIT);
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    if (!devicesFail && event.point().a() < 0 && isSync(event.point().format())) {
      findings.found(explain(soFar.get(), event));
    }
  }

  private static boolean isSync(String call) {
    return call.startsWith("sys_fsync")
        || call.startsWith("sys_fdatasync")
        || call.startsWith("sys_msync");
  }

  private static Violation explain(History history, Event returned) {
    Event busy =
        history.last(
            e -> FailedInvalidation.tells(e.name()) && isCompleting(history, e.context(), e));
    List<Witness> witnesses = new ArrayList<>();
    Witness.addIfSeen(witnesses, Role.FAILED_INVALIDATION, busy);
    witnesses.add(Witness.of(Role.ERROR_RETURNED, returned));
    return new Violation(
        ID,
        busy == null ? Violation.UNKNOWN : StalePage.DIRTY_COLLISION,
        Violation.UNKNOWN,
        returned.sequence(),
        returned.nanos(),
        witnesses,
        null);
  }

  /** Whether the context had begun to complete a direct transfer, or iomap to submit one. */
  private static boolean isCompleting(History history, Context context, Event then) {
    return history.first(
            e ->
                (TracepointName.isDioComplete(e.name()) || e.is(TracepointName.DIO_KMALLOC))
                    && e.context().equals(context)
                    && e.sequence() < then.sequence())
        != null;
  }
}
