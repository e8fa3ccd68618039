package diorama.trace;

import static diorama.check.TracepointName.BJ_LOCKED;
import static diorama.check.TracepointName.PUT_BH;
import static diorama.check.TracepointName.SYSCALL_EXIT;

import diorama.check.AioRequest;
import diorama.check.Event;
import diorama.check.FailedInvalidation;
import diorama.check.History;
import diorama.check.Pinner;
import diorama.check.Violation;
import diorama.check.Witness;
import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part in a violation: the request, the process that submitted it, its dios, and the page
 * that could not be dropped.
 *
 * @param request the incarnation of the kiocb or the dio that went wrong, or the write whose data a
 *     read did not return or a page does not hold; null if the violation has none
 * @param victim another request that was hit, if any
 * @param submitter who submitted it, if recorded
 * @param accepted the sequence number of its acceptance, 0 if that is not recorded
 * @param dios the requests of direct-io.c that carried it
 * @param busy the page that could not be dropped, if any
 * @param pinner who held it
 * @param busyFrom where the story of that page's buffer begins
 * @param latePut the put_bh that came too late, 0 if there was none
 * @param ownReturn the submitter's return to user mode, 0 if it did not return
 */
record Cast(
    @Nullable Subject request,
    @Nullable Subject victim,
    @Nullable Context submitter,
    long accepted,
    Set<Subject> dios,
    @Nullable FailedInvalidation busy,
    Pinner pinner,
    long busyFrom,
    long latePut,
    long ownReturn) {

  static Cast of(History history, Violation violation) {
    Witness second = violation.witness(Role.SECOND_COMPLETION);
    Witness error = violation.witness(Role.ERROR_EVENT);
    Witness allocated = violation.witness(Role.ALLOCATED);
    Witness start = allocated == null ? violation.witness(Role.ACCEPTED) : allocated;
    Witness read = violation.witness(Role.STALE_READ);
    Witness stale = read != null ? read : violation.witness(Role.INCOHERENT_CACHE);
    Witness again = violation.witness(Role.SENT_AGAIN);
    Witness used = violation.witness(Role.USED_AFTER_FREE);
    boolean about = stale != null || allocated != null || again != null || used != null;
    Witness joined = violation.witness(Role.JOINED);
    Witness buffer = joined != null ? joined : violation.witness(Role.SPOTTED);
    Subject request =
        subjectOf(
            second != null
                ? second
                : error != null
                    ? error
                    : about && start != null ? start : buffer != null ? buffer : read);
    Context submitter = start == null ? null : start.context();
    long accepted = start == null ? 0 : start.sequence();
    FailedInvalidation busy = busy(history, violation);
    return new Cast(
        request,
        subjectOf(violation.witness(Role.VICTIM)),
        submitter,
        accepted,
        request == null ? Set.of() : AioRequest.of(history, request).dios(history),
        busy,
        busy == null ? Pinner.UNKNOWN : Pinner.of(history, busy).pinner(),
        busyFrom(history, violation.witness(Role.PINNED), accepted),
        busy == null ? 0 : latePut(history, busy),
        firstReturn(history, submitter, accepted));
  }

  private static @Nullable Subject subjectOf(@Nullable Witness witness) {
    return witness == null ? null : witness.subject();
  }

  private static @Nullable FailedInvalidation busy(History history, Violation violation) {
    Witness failed = violation.witness(Role.FAILED_INVALIDATION);
    return failed == null
        ? null
        : FailedInvalidation.last(
            history, failed.context(), failed.sequence() - 1, failed.sequence() + 1);
  }

  /** The journal's filing of the buffer, or the reference that pinned it, or the acceptance. */
  private static long busyFrom(History history, @Nullable Witness pinned, long accepted) {
    if (pinned == null) {
      return accepted;
    }
    Event filed =
        Pinner.isJournalThread(pinned.context())
            ? history.last(
                e ->
                    e.is(BJ_LOCKED)
                        && e.mentions(pinned.subject())
                        && e.sequence() < pinned.sequence())
            : null;
    return filed == null ? pinned.sequence() : filed.sequence();
  }

  private static long latePut(History history, FailedInvalidation busy) {
    Event put =
        history.first(
            e ->
                e.is(PUT_BH)
                    && e.sequence() > busy.event().sequence()
                    && e.mentions(busy.buffer()));
    return put == null ? 0 : put.sequence();
  }

  private static long firstReturn(History history, @Nullable Context submitter, long accepted) {
    Event exit =
        history.first(
            e -> e.is(SYSCALL_EXIT) && e.context().equals(submitter) && e.sequence() > accepted);
    return exit == null ? 0 : exit.sequence();
  }
}
