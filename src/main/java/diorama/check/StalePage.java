package diorama.check;

import static diorama.check.TracepointName.ADD_TO_PAGE_CACHE;
import static diorama.check.TracepointName.REMOVE_FROM_PAGE_CACHE;

import diorama.check.FileHistory.Write;
import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a page of the cache holds what was there before a write: the documented cause, as far as the
 * history tells it.
 *
 * @param race the cause, or {@link Violation#UNKNOWN}
 * @param variant which form of it
 * @param witnesses the write first
 */
record StalePage(String race, String variant, List<Witness> witnesses) {
  /** The cause: a direct write went ahead over a cached page that could not be dropped. */
  static final String MASKED_INVALIDATION = "masked-invalidation";

  /** The cause: a page that came back during a direct write was dirtied, and stayed after it. */
  static final String DIRTY_COLLISION = "dirty-collision";

  /** The cause: a reader brought the page back while a synchronous direct write was under way. */
  static final String REFAULT = "readahead-refault";

  /** The same while an asynchronous one was. */
  static final String REFAULT_DURING_AIO = "stale-page-after-aio-dio";

  /** The cause: the write itself brought the page back, because its source is a mapping. */
  static final String MMAP_REFAULT = "mmap-source-refault";

  /** The cause: the pages were dropped before the extent was converted, and one came back. */
  static final String BEFORE_END_IO = "invalidate-before-end-io";

  /** The variant in which the event was there before the pages were dropped at all. */
  static final String BEFORE_INVALIDATION = "before-invalidation";

  /**
   * Looks for the cause.
   *
   * @param write what the page should hold, or something newer
   * @param index which page of the file
   */
  static StalePage of(History history, Write write, long index) {
    String page = "page " + index;
    Event begin = write.begin();
    List<Witness> witnesses = new ArrayList<>();
    witnesses.add(new Witness(Role.ACCEPTED, begin.sequence(), begin.context(), write.request()));
    if (!write.transfer().direct()) {
      return new StalePage(Violation.UNKNOWN, Violation.UNKNOWN, witnesses);
    }
    FailedInvalidation failed = couldNotBeDropped(history, write, page);
    Event refault = cameBack(history, write, page);
    if (failed != null) {
      Event pinned = Pinner.of(history, failed).since();
      Witness.addIfSeen(witnesses, Role.PINNED, pinned);
      witnesses.add(Witness.of(Role.FAILED_INVALIDATION, failed.event()));
      if (refault != null && wasSentOff(history, write, failed.event())) {
        witnesses.add(Witness.of(Role.REFAULT, refault));
        return new StalePage(DIRTY_COLLISION, Violation.UNKNOWN, witnesses);
      }
      return new StalePage(MASKED_INVALIDATION, Violation.UNKNOWN, witnesses);
    }
    if (refault != null) {
      witnesses.add(Witness.of(Role.REFAULT, refault));
      return refaulted(history, write, refault, witnesses);
    }
    boolean early = write.isAsync() && !wasDropped(history, write, page);
    return new StalePage(
        early ? REFAULT_DURING_AIO : Violation.UNKNOWN,
        early ? BEFORE_INVALIDATION : Violation.UNKNOWN,
        witnesses);
  }

  private static StalePage refaulted(
      History history, Write write, Event refault, List<Witness> witnesses) {
    if (isBy(write, refault)) {
      return new StalePage(MMAP_REFAULT, write.isAsync() ? "async" : "sync", witnesses);
    }
    if (completerHadDropped(history, write, refault)) {
      return new StalePage(BEFORE_END_IO, Violation.UNKNOWN, witnesses);
    }
    return write.isAsync()
        ? new StalePage(REFAULT_DURING_AIO, "refault", witnesses)
        : new StalePage(REFAULT, Violation.UNKNOWN, witnesses);
  }

  /**
   * Whether whoever completes the write had come to dropping its pages when this one came: the disk
   * had the new data by then, so what the page got instead was the zeros of an extent that was not
   * converted.
   */
  private static boolean completerHadDropped(History history, Write write, Event refault) {
    return history.last(
            e ->
                e.is(TracepointName.DIO_DROPS_PAGES)
                    && isDuring(e, write)
                    && e.sequence() < refault.sequence()
                    && isByCompleter(history, write, e))
        != null;
  }

  private static boolean isBy(Write write, Event event) {
    return event.context().equals(write.begin().context());
  }

  private static @Nullable FailedInvalidation couldNotBeDropped(
      History history, Write write, String page) {
    Event busy =
        history.last(
            e ->
                FailedInvalidation.tells(e.name())
                    && (isBy(write, e) || isByCompleter(history, write, e))
                    && isDuring(e, write)
                    && isAbout(e, page));
    return busy == null ? null : FailedInvalidation.of(busy);
  }

  /** Whether it was done by whoever completes the write, a worker for example. */
  private static boolean isByCompleter(History history, Write write, Event event) {
    Set<Subject> dios =
        write.isAsync() ? AioRequest.of(history, write.request()).dios(history) : Set.of();
    Event completing =
        history.last(
            e ->
                TracepointName.isDioComplete(e.name())
                    && e.context().equals(event.context())
                    && e.sequence() < event.sequence());
    return completing != null && dios.contains(completing.subject());
  }

  /** Whether the write had sent something off by then. */
  private static boolean wasSentOff(History history, Write write, Event then) {
    return history.last(
            e ->
                TracepointName.isBioSubmission(e.name())
                    && isBy(write, e)
                    && isDuring(e, write)
                    && e.sequence() < then.sequence())
        != null;
  }

  /** Somebody read the page from the disk while the write was on its way. */
  private static @Nullable Event cameBack(History history, Write write, String page) {
    return history.last(e -> e.is(ADD_TO_PAGE_CACHE) && isDuring(e, write) && isAbout(e, page));
  }

  /** Whether the writer dropped the page before the event, or nobody can know. */
  private static boolean wasDropped(History history, Write write, String page) {
    return history.frequentFrom() > write.begin().sequence()
        || history.last(
                e ->
                    e.is(REMOVE_FROM_PAGE_CACHE)
                        && (isBy(write, e) || isByCompleter(history, write, e))
                        && isDuring(e, write)
                        && isAbout(e, page))
            != null;
  }

  private static boolean isDuring(Event event, Write write) {
    return event.sequence() > write.begin().sequence() && event.sequence() < write.end();
  }

  /** Whether it is about the page or one of its buffers. */
  private static boolean isAbout(Event event, String page) {
    String label = event.subject() == null ? "" : event.subject().label();
    return label.equals(page) || label.startsWith(page + " bh");
  }
}
