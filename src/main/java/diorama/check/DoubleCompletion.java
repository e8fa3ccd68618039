package diorama.check;

import static diorama.check.TracepointName.AIO_COMPLETE;
import static diorama.check.TracepointName.DIRECT_IO_WORKER;
import static diorama.check.TracepointName.JOURNAL_ABORTED;

import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells from a history in which order a request was completed twice, and why. */
final class DoubleCompletion {
  private static final long EIO = 5;

  private DoubleCompletion() {}

  /**
   * @param kiocb the incarnation that the second completion's pointer was taken from
   * @param stale the tracepoint that says that the pointer was stale, if it was
   * @param second the second completion; null if the kernel died in it
   * @param deciding the entry that made it certain
   */
  static Violation explain(
      History history,
      Subject kiocb,
      @Nullable Event stale,
      @Nullable Event second,
      Recorded deciding) {
    AioRequest request = AioRequest.of(history, kiocb);
    Event first =
        request.completions().stream().filter(e -> !e.equals(second)).findFirst().orElse(null);
    Subject victim = stale == null ? null : stale.related();
    FailedInvalidation busy = request.failedInvalidation(history, deciding.sequence());
    Event failedSync = request.failedSync(history);
    Pinner.Pin pin = busy == null ? null : Pinner.of(history, busy);

    List<Witness> witnesses = new ArrayList<>();
    Witness.addIfSeen(witnesses, Role.ACCEPTED, request.accepted());
    if (busy != null) {
      if (pin != null) {
        Witness.addIfSeen(witnesses, Role.PINNED, pin.since());
      }
      Witness.addIfSeen(witnesses, Role.FAILED_INVALIDATION, busy.event());
    }
    if (failedSync != null) {
      Witness.addIfSeen(witnesses, Role.JOURNAL_ABORTED, history.last(e -> e.is(JOURNAL_ABORTED)));
      Witness.addIfSeen(witnesses, Role.FAILED_SYNC, failedSync);
    }
    Witness.addIfSeen(witnesses, Role.FIRST_COMPLETION, first);
    Witness.addIfSeen(witnesses, Role.STALE_POINTER, stale);
    if (victim != null) {
      witnesses.add(new Witness(Role.VICTIM, deciding.sequence(), deciding.context(), victim));
    }
    witnesses.add(
        new Witness(Role.SECOND_COMPLETION, deciding.sequence(), deciding.context(), kiocb));
    return new Violation(
        ExactlyOneEvent.ID,
        completedAndReturned(history, request, first, deciding)
            ? ExactlyOneEvent.EFAULT_EXTENDING
            : race(history, request, busy, failedSync, second),
        order(first, deciding.context(), victim),
        deciding.sequence(),
        deciding.nanos(),
        witnesses,
        null);
  }

  private static String order(@Nullable Event first, Context second, @Nullable Subject victim) {
    if (victim != null) {
      return ExactlyOneEvent.SLAB_REUSE;
    }
    if (first == null || first.context().inInterrupt() == second.inInterrupt()) {
      return Violation.UNKNOWN;
    }
    return second.inInterrupt() ? ExactlyOneEvent.SUBMISSION_FIRST : ExactlyOneEvent.BIO_FIRST;
  }

  /**
   * Whether the worker completed the request with an error and returned the same error to the path
   * that submitted it, which then completed it as well.
   */
  private static boolean completedAndReturned(
      History history, AioRequest request, @Nullable Event first, Recorded second) {
    return first != null
        && first.context().equals(request.submitter())
        && second.context().equals(request.submitter())
        && first.point().a() < 0
        && history.last(
                e ->
                    e.is(DIRECT_IO_WORKER)
                        && e.context().equals(first.context())
                        && e.sequence() > first.sequence()
                        && e.sequence() < second.sequence()
                        && e.mentions(request.kiocb())
                        && e.point().a() == first.point().a())
            != null;
  }

  /**
   * What replaced -EIOCBQUEUED: it failed in the submitting context after the first bio was sent
   * off, and that context completed the request with its error.
   */
  private static String race(
      History history,
      AioRequest request,
      @Nullable FailedInvalidation busy,
      @Nullable Event failedSync,
      @Nullable Event second) {
    Event bio = request.firstBio(history);
    Event own = request.completedBySubmitter();
    if (own == null && second != null && second.context().equals(request.submitter())) {
      own = second;
    }
    if (bio == null || own == null || !own.is(AIO_COMPLETE)) {
      return Violation.UNKNOWN;
    }
    if (failedSync != null
        && isBetween(bio, failedSync, own)
        && own.point().a() == failedSync.point().a()) {
      return ExactlyOneEvent.OSYNC_CLOBBER;
    }
    return busy != null && isBetween(bio, busy.event(), own) && own.point().a() == -EIO
        ? ExactlyOneEvent.CLOBBER
        : Violation.UNKNOWN;
  }

  private static boolean isBetween(Event before, Event event, Event after) {
    return before.sequence() < event.sequence() && event.sequence() < after.sequence();
  }
}
