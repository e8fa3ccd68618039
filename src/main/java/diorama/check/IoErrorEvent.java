package diorama.check;

import static diorama.check.TracepointName.EVENT;

import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * No event says -EIO unless the device failed a transfer while the request lived.
 *
 * <p>A request that failed because a cached page could not be dropped hit nothing but a busy
 * buffer; the variant names who held it.
 */
public final class IoErrorEvent implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "io-error-event";

  /** The cause: somebody held a buffer of a page that the write had to drop. */
  public static final String RELEASEPAGE = "releasepage-vs-kjournald";

  private static final long EIO = 5;

  private final boolean devicesFail;

  /**
   * @param devicesFail faults are injected: only an error whose cause is seen to be another is one
   */
  public IoErrorEvent(boolean devicesFail) {
    this.devicesFail = devicesFail;
  }

  @Override
  public boolean wants(String name) {
    return name.equals(EVENT);
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    Subject kiocb = event.named(Subject.Kind.KIOCB);
    if (kiocb == null || event.point().a() != -EIO) {
      return;
    }
    History history = soFar.get();
    AioRequest request = AioRequest.of(history, kiocb);
    FailedInvalidation busy = request.failedInvalidation(history, event.sequence());
    if (!aTransferFailed(history, request) && (busy != null || !devicesFail)) {
      findings.found(explain(history, request, busy, event));
    }
  }

  private static boolean aTransferFailed(History history, AioRequest request) {
    Set<Subject> dios = request.dios(history);
    return history.last(
            e ->
                TracepointName.isTransferError(e.name())
                    && e.point().a() < 0
                    && dios.contains(e.named(Subject.Kind.DIO)))
        != null;
  }

  private static Violation explain(
      History history, AioRequest request, @Nullable FailedInvalidation busy, Event event) {
    Pinner.Pin pin = busy == null ? null : Pinner.of(history, busy);
    List<Witness> witnesses = new ArrayList<>();
    Witness.addIfSeen(witnesses, Role.ACCEPTED, request.accepted());
    if (pin != null) {
      Witness.addIfSeen(witnesses, Role.PINNED, pin.since());
    }
    if (busy != null) {
      Witness.addIfSeen(witnesses, Role.FAILED_INVALIDATION, busy.event());
    }
    witnesses.add(
        new Witness(Role.ERROR_EVENT, event.sequence(), event.context(), request.kiocb()));
    boolean journal = pin != null && pin.pinner() != Pinner.F6;
    return new Violation(
        ID,
        journal ? RELEASEPAGE : Violation.UNKNOWN,
        pin == null ? Violation.UNKNOWN : pin.pinner().variant(),
        event.sequence(),
        event.nanos(),
        witnesses,
        null);
  }
}
