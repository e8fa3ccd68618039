package diorama.check;

import static diorama.check.TracepointName.ADD_TO_PAGE_CACHE;
import static diorama.check.TracepointName.DROP_BUFFERS_BUSY;
import static diorama.check.TracepointName.EVENT;
import static diorama.check.TracepointName.READ_BEGIN;
import static diorama.check.TracepointName.READ_END;
import static diorama.check.TracepointName.REMOVE_FROM_PAGE_CACHE;
import static diorama.check.TracepointName.WRITE_BEGIN;
import static diorama.check.TracepointName.WRITE_END;

import diorama.check.FileHistory.Misplaced;
import diorama.check.FileHistory.Write;
import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A read that began after a write had been seen to complete returns that write or a later one.
 *
 * <p>Each sector is a register of its own. A write that failed may be there or not, for good; one
 * that is under way may be there or not; of two that overlapped either may be the later one. What
 * another part of a write is at a place is {@link WrongContent}.
 */
public final class StaleRead implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "stale-read";

  /** The cause: a direct write went ahead over a cached page that could not be dropped. */
  public static final String MASKED_INVALIDATION = "masked-invalidation";

  /** The cause: a reader brought the page back while a synchronous direct write was under way. */
  public static final String REFAULT = "readahead-refault";

  /** The same while an asynchronous one was. */
  public static final String REFAULT_DURING_AIO = "stale-page-after-aio-dio";

  /** The variant in which the event was there before the pages were dropped at all. */
  public static final String BEFORE_INVALIDATION = "before-invalidation";

  private static final int SECTOR = 512;
  private static final int SECTORS_PER_PAGE = 8;

  private final Map<Long, FileHistory> files = new HashMap<>();
  private final Map<Subject, Write> underWay = new HashMap<>();
  private final Map<Subject, Long> reads = new HashMap<>();

  @Override
  public boolean wants(String name) {
    return switch (name) {
      case WRITE_BEGIN, WRITE_END, READ_BEGIN, READ_END, EVENT -> true;
      default -> false;
    };
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    switch (event.name()) {
      case WRITE_BEGIN -> begin(event);
      case WRITE_END -> end(event.subject(), event);
      case EVENT -> end(event.named(Subject.Kind.KIOCB), event);
      case READ_BEGIN -> reads.put(transfer(event), event.sequence());
      default -> read(event, soFar, findings);
    }
  }

  private static Transfer transfer(Event event) {
    return (Transfer) Objects.requireNonNull(event.subject());
  }

  private void begin(Event event) {
    Transfer transfer = transfer(event);
    Write write = new Write(event, transfer);
    files.computeIfAbsent(transfer.ino(), ino -> new FileHistory()).add(write);
    underWay.put(write.request(), write);
  }

  private void end(@Nullable Subject what, Event event) {
    Write write = what == null ? null : underWay.remove(what);
    if (write != null) {
      write.ended(event.sequence(), event.point().a());
    }
  }

  private void read(Event event, Supplier<History> soFar, Findings findings) {
    Transfer transfer = transfer(event);
    Long begin = reads.remove(transfer);
    FileHistory file = files.get(transfer.ino());
    if (begin == null || file == null || transfer.offset() % SECTOR != 0) {
      return;
    }
    long first = transfer.offset() / SECTOR;
    for (int i = 0; (i + 1L) * SECTOR <= event.point().a(); i++) {
      Write missed = file.missed(first + i, transfer.digest(i), begin);
      if (missed != null) {
        Misplaced misplaced = file.misplaced(first + i, transfer.digest(i));
        findings.found(
            misplaced == null
                ? explain(soFar.get(), missed, first + i, event)
                : WrongContent.explain(soFar.get(), misplaced, event));
        return;
      }
    }
  }

  private static Violation explain(History history, Write missed, long sector, Event read) {
    String page = "page " + sector / SECTORS_PER_PAGE;
    Event begin = missed.begin();
    List<Witness> witnesses = new ArrayList<>();
    witnesses.add(new Witness(Role.ACCEPTED, begin.sequence(), begin.context(), missed.request()));
    String race = Violation.UNKNOWN;
    String variant = Violation.UNKNOWN;
    boolean direct = missed.transfer().direct();
    FailedInvalidation failed = direct ? couldNotBeDropped(history, missed, page) : null;
    Event refault = direct ? cameBack(history, missed, page) : null;
    if (failed != null) {
      race = MASKED_INVALIDATION;
      Event pinned = Pinner.of(history, failed).since();
      if (pinned != null) {
        witnesses.add(Witness.of(Role.PINNED, pinned));
      }
      witnesses.add(Witness.of(Role.FAILED_INVALIDATION, failed.event()));
    } else if (refault != null) {
      race = missed.isAsync() ? REFAULT_DURING_AIO : REFAULT;
      variant = missed.isAsync() ? "refault" : Violation.UNKNOWN;
      witnesses.add(Witness.of(Role.REFAULT, refault));
    } else if (missed.isAsync() && direct && !wasDropped(history, missed, page)) {
      race = REFAULT_DURING_AIO;
      variant = BEFORE_INVALIDATION;
    }
    witnesses.add(Witness.of(Role.STALE_READ, read));
    return new Violation(ID, race, variant, read.sequence(), read.nanos(), witnesses, null);
  }

  private static @Nullable FailedInvalidation couldNotBeDropped(
      History history, Write write, String page) {
    Event busy =
        history.last(
            e ->
                e.is(DROP_BUFFERS_BUSY)
                    && e.context().equals(write.begin().context())
                    && isDuring(e, write)
                    && isAbout(e, page));
    return busy == null ? null : FailedInvalidation.of(busy);
  }

  /** Somebody else read the page from the disk while the write was on its way. */
  private static @Nullable Event cameBack(History history, Write write, String page) {
    return history.last(
        e ->
            e.is(ADD_TO_PAGE_CACHE)
                && !e.context().equals(write.begin().context())
                && isDuring(e, write)
                && isAbout(e, page));
  }

  /** Whether the writer dropped the page before the event, or nobody can know. */
  private static boolean wasDropped(History history, Write write, String page) {
    return history.frequentFrom() > write.begin().sequence()
        || history.last(
                e ->
                    e.is(REMOVE_FROM_PAGE_CACHE)
                        && e.context().equals(write.begin().context())
                        && isDuring(e, write)
                        && isAbout(e, page))
            != null;
  }

  private static boolean isDuring(Event event, Write write) {
    return event.sequence() > write.begin().sequence() && event.sequence() < write.end();
  }

  private static boolean isAbout(Event event, String page) {
    return event.subject() != null && event.subject().label().equals(page);
  }
}
