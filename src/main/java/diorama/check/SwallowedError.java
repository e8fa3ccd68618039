package diorama.check;

import static diorama.check.TracepointName.EVENT;
import static diorama.check.TracepointName.IO_ERROR;
import static diorama.check.TracepointName.KFREE;
import static diorama.check.TracepointName.WRITE_BEGIN;

import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** No event says that all of a write was transferred if the device has failed a part of it. */
public final class SwallowedError implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "swallowed-error";

  /** The cause: the result of a sync that nobody asked for takes the place of the error. */
  public static final String LOST_IN_COMPLETION = "error-reported-as-success";

  /** The requests of direct-io.c that live and had a bio that failed. */
  private final Map<Subject, Event> failed = new HashMap<>();

  @Override
  public boolean wants(String name) {
    return switch (name) {
      case EVENT, IO_ERROR, KFREE -> true;
      default -> false;
    };
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    Subject dio = event.named(Subject.Kind.DIO);
    switch (event.name()) {
      case IO_ERROR -> {
        if (dio != null) {
          failed.put(dio, event);
        }
      }
      case KFREE -> failed.remove(dio);
      default -> {
        Subject kiocb = event.named(Subject.Kind.KIOCB);
        if (kiocb != null && event.point().a() > 0 && !failed.isEmpty()) {
          judge(soFar.get(), kiocb, event, findings);
        }
      }
    }
  }

  private void judge(History history, Subject kiocb, Event event, Findings findings) {
    AioRequest request = AioRequest.of(history, kiocb);
    Event begin = history.last(e -> e.is(WRITE_BEGIN) && kiocb.equals(e.related()));
    boolean claimsAll =
        begin != null
            && begin.subject() instanceof Transfer transfer
            && event.point().a() >= transfer.length();
    if (!claimsAll) {
      return;
    }
    request.dios(history).stream()
        .filter(failed::containsKey)
        .findFirst()
        .ifPresent(dio -> findings.found(explain(request, failed.get(dio), event)));
  }

  private static Violation explain(AioRequest request, @Nullable Event error, Event event) {
    List<Witness> witnesses = new ArrayList<>();
    Witness.addIfSeen(witnesses, Role.ACCEPTED, request.accepted());
    Witness.addIfSeen(witnesses, Role.FAILED_TRANSFER, error);
    witnesses.add(
        new Witness(Role.ERROR_EVENT, event.sequence(), event.context(), request.kiocb()));
    return new Violation(
        ID,
        LOST_IN_COMPLETION,
        Violation.UNKNOWN,
        event.sequence(),
        event.nanos(),
        witnesses,
        null);
  }
}
