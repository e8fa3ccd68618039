package diorama.check;

import static diorama.check.TracepointName.AIO_COMPLETE;
import static diorama.check.TracepointName.AIO_GET_REQ;
import static diorama.check.TracepointName.AIO_PUT_REQ;
import static diorama.check.TracepointName.AIO_RUN_IOCB_RETURNED;
import static diorama.check.TracepointName.OSYNC_ERROR;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a history tells of one incarnation of a kiocb, up to the end of the history.
 *
 * @param kiocb the incarnation
 * @param accepted when it was accepted; null if that has left the recorder
 * @param completions each call of aio_complete with a pointer to it
 */
public record AioRequest(Subject kiocb, @Nullable Event accepted, List<Event> completions) {
  /** Looks a request up. */
  public static AioRequest of(History history, Subject kiocb) {
    return new AioRequest(
        kiocb,
        history.last(e -> e.is(AIO_GET_REQ) && kiocb.equals(e.subject())),
        history.events().filter(e -> e.is(AIO_COMPLETE) && kiocb.equals(e.subject())).toList());
  }

  /** The process that submitted it, if that is recorded. */
  public @Nullable Context submitter() {
    return accepted == null ? null : accepted.context();
  }

  /** The completion that the submitting path itself made, or null. */
  public @Nullable Event completedBySubmitter() {
    return completions.stream()
        .filter(e -> e.context().equals(submitter()))
        .findFirst()
        .orElse(null);
  }

  /** The last page that the submitter could not drop before this entry, or null. */
  public @Nullable FailedInvalidation failedInvalidation(History history, long before) {
    return accepted == null
        ? null
        : FailedInvalidation.last(history, accepted.context(), accepted.sequence(), before);
  }

  /** The error of the sync that O_SYNC asks for, or null. */
  public @Nullable Event failedSync(History history) {
    return history.last(e -> e.is(OSYNC_ERROR) && kiocb.equals(e.subject()));
  }

  /** The first bio that was sent off for it, or null. */
  public @Nullable Event firstBio(History history) {
    long until = returned(history);
    return history.first(e -> isOwnSubmission(e, until));
  }

  /** The requests of direct-io.c that carried it. */
  public Set<Subject> dios(History history) {
    Set<Subject> dios = new LinkedHashSet<>();
    long until = returned(history);
    history
        .events()
        .filter(e -> isOwnSubmission(e, until))
        .forEach(
            e -> {
              Subject dio = e.named(Subject.Kind.DIO);
              if (dio != null) {
                dios.add(dio);
              }
            });
    return dios;
  }

  private boolean isOwnSubmission(Event event, long until) {
    return TracepointName.isBioSubmission(event.name())
        && accepted != null
        && event.sequence() > accepted.sequence()
        && (event.mentions(kiocb)
            || (event.context().equals(accepted.context()) && event.sequence() < until));
  }

  /**
   * When the submitting path was through with it: ki_retry came back, or it gave its reference
   * back, or went on to another request.
   */
  private long returned(History history) {
    Event got = accepted;
    Event returned =
        got == null
            ? null
            : history.first(
                e ->
                    e.sequence() > got.sequence()
                        && e.context().equals(got.context())
                        && isAfterTheWrite(e));
    return returned == null ? Long.MAX_VALUE : returned.sequence();
  }

  private boolean isAfterTheWrite(Event event) {
    return switch (event.name()) {
      case AIO_RUN_IOCB_RETURNED, AIO_COMPLETE, AIO_PUT_REQ -> event.mentions(kiocb);
      default -> event.is(AIO_GET_REQ);
    };
  }
}
