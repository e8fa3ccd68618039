package diorama.trace;

import static diorama.check.TracepointName.AIO_COMPLETE;
import static diorama.check.TracepointName.COMMIT_PHASE;
import static diorama.check.TracepointName.DIO_DROPS_PAGES;
import static diorama.check.TracepointName.DIO_KFREE;
import static diorama.check.TracepointName.DIO_PUT;
import static diorama.check.TracepointName.DROP_BUFFERS;
import static diorama.check.TracepointName.IO_GETEVENTS_READ;
import static diorama.check.TracepointName.REMOVE_FROM_PAGE_CACHE;
import static diorama.check.TracepointName.isBioEnd;
import static diorama.check.TracepointName.isBioSubmission;

import diorama.check.Event;
import diorama.check.History;
import diorama.check.KernelReport;
import diorama.check.Pinner;
import diorama.check.Recorded;
import diorama.check.Violation;
import diorama.check.Witness;
import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a history that a reader needs to see how a request went wrong: its own life, its
 * dio and bios, and the page that could not be dropped with the references on its buffer. All else
 * is left out.
 */
final class Story {
  /** How many last events a complaint without a request is shown with. */
  private static final int LAST_EVENTS = 12;

  private static final Set<Role> DECISIVE =
      EnumSet.of(
          Role.FAILED_INVALIDATION,
          Role.JOURNAL_ABORTED,
          Role.FAILED_SYNC,
          Role.FIRST_COMPLETION,
          Role.SECOND_COMPLETION,
          Role.REFAULT,
          Role.MET_A_HOLE,
          Role.SENT_AGAIN,
          Role.KICKED,
          Role.OVERWRITTEN,
          Role.STALE_READ,
          Role.FAILED_WRITE,
          Role.JOINED,
          Role.SPOTTED,
          Role.SENT_HOME,
          Role.INCOHERENT_CACHE,
          Role.CLOSED,
          Role.LAST_COUNT,
          Role.FREED,
          Role.USED_AFTER_FREE,
          Role.ABANDONED,
          Role.FAILED_TRANSFER,
          Role.ERROR_EVENT,
          Role.ERROR_RETURNED);

  private final History history;
  private final Violation violation;
  private final Cast cast;
  private final Set<Long> decisive = new HashSet<>();
  private final Set<Long> leftOut = new HashSet<>();
  private final @Nullable Subject reader;
  private final long end;
  private final long commitPhase;
  private int biosInFlight;

  private Story(History history, Violation violation, Cast cast) {
    this.history = history;
    this.violation = violation;
    this.cast = cast;
    Witness stale = violation.witness(Role.STALE_READ);
    this.reader = stale == null ? null : stale.subject();
    if (cast.busy() != null) {
      leftOut.addAll(References.matched(history, cast.busy(), cast.busyFrom()));
    }
    KernelReport report = violation.report();
    this.end =
        LongStream.of(
                violation.sequence(),
                report == null ? 0 : report.sequence(),
                cast.latePut(),
                cast.ownReturn())
            .max()
            .orElse(0);
    this.commitPhase = phaseOf(violation.witness(Role.PINNED));
    leaveOutOnlyReader();
    for (Witness w : violation.witnesses()) {
      if (DECISIVE.contains(w.role())) {
        decisive.add(w.sequence());
      }
    }
  }

  /** The moments, in order, before runs of one kind are counted together. */
  static List<Moment> of(History history, Violation violation, Cast cast) {
    Story story = new Story(history, violation, cast);
    return cast.request() == null ? story.lastMomentsOfTheContext() : story.momentsOfTheRequest();
  }

  private List<Moment> momentsOfTheRequest() {
    List<Moment> moments = new ArrayList<>();
    for (Recorded entry : history.entries()) {
      if (entry instanceof Event event && matters(event)) {
        Moment moment = tell(event);
        moments.add(decisive.contains(event.sequence()) ? moment.decisiveMoment() : moment);
      } else if (entry instanceof KernelReport report && report.equals(violation.report())) {
        moments.add(tell(report));
      }
    }
    return moments;
  }

  /** What the witnesses say, and what the one who complained, or was told, did last. */
  private List<Moment> lastMomentsOfTheContext() {
    ArrayDeque<Moment> last = new ArrayDeque<>();
    KernelReport report = violation.report();
    Context who = lastContext();
    for (Recorded entry : history.entries()) {
      if (entry instanceof Event event && decisive.contains(event.sequence())) {
        last.add(tell(event).decisiveMoment());
      } else if (entry instanceof Event event
          && entry.sequence() <= end
          && entry.context().equals(who)) {
        last.add(Wording.of(event));
      }
      if (last.size() > LAST_EVENTS) {
        last.remove();
      }
    }
    if (report != null) {
      last.add(tell(report));
    }
    return List.copyOf(last);
  }

  private @Nullable Context lastContext() {
    KernelReport report = violation.report();
    int last = violation.witnesses().size() - 1;
    return report != null
        ? report.context()
        : last < 0 ? null : violation.witnesses().get(last).context();
  }

  private boolean matters(Event event) {
    if (leftOut.contains(event.sequence()) || event.sequence() > end) {
      return false;
    }
    if (isOwn(event)
        || event.mentions(cast.victim())
        || event.mentions(reader)
        || decisive.contains(event.sequence())) {
      return true;
    }
    Subject dio = event.named(Subject.Kind.DIO);
    if (dio != null && cast.dios().contains(dio)) {
      return isBioSubmission(event.name())
          || isBioEnd(event.name())
          || event.is(DIO_PUT)
          || event.is(DIO_DROPS_PAGES)
          || event.is(DIO_KFREE)
          || event.is("kfree");
    }
    return event.sequence() == cast.ownReturn() || isAroundTheBusyPage(event);
  }

  /** What the queue does with the bios of a dio is not told. */
  private boolean isOwn(Event event) {
    Subject request = cast.request();
    boolean isDio = request != null && request.kind() == Subject.Kind.DIO;
    return isDio ? Objects.equals(request, event.subject()) : event.mentions(request);
  }

  /** The phase that the commit was in when it took hold of the buffer, 0 if not recorded. */
  private long phaseOf(@Nullable Witness pinned) {
    Event phase =
        pinned == null
            ? null
            : history.last(
                e ->
                    e.is(COMMIT_PHASE)
                        && e.sequence() < cast.busyFrom()
                        && e.context().equals(pinned.context()));
    return phase == null ? 0 : phase.sequence();
  }

  /** Who does nothing here but take one event out of the ring is not worth a column. */
  private void leaveOutOnlyReader() {
    List<Event> reads =
        history
            .events()
            .filter(e -> e.is(IO_GETEVENTS_READ) && e.mentions(cast.request()))
            .filter(e -> !e.context().equals(cast.submitter()))
            .toList();
    if (reads.size() == 1) {
      leftOut.add(reads.get(0).sequence());
    }
  }

  private boolean isAroundTheBusyPage(Event event) {
    if (cast.busy() == null || event.sequence() < cast.busyFrom()) {
      return event.sequence() == commitPhase;
    }
    long failed = cast.busy().event().sequence();
    if (event.sequence() >= failed) {
      return event.sequence() == failed || event.sequence() == cast.latePut();
    }
    return switch (event.name()) {
      case REMOVE_FROM_PAGE_CACHE ->
          event.sequence() > cast.accepted() && event.context().equals(cast.submitter());
      case COMMIT_PHASE -> Pinner.isJournalThread(event.context());
      case DROP_BUFFERS -> false;
      default -> event.mentions(cast.busy().buffer()) || event.mentions(cast.busy().page());
    };
  }

  private Moment tell(Event event) {
    if (isBioSubmission(event.name())) {
      biosInFlight++;
    } else if (isBioEnd(event.name())) {
      biosInFlight--;
    }
    Moment moment = Wording.of(event);
    if (event.is(AIO_COMPLETE) && !event.context().inInterrupt()) {
      moment = moment.withNote(inFlight());
    }
    if (event.sequence() == cast.latePut()) {
      moment = moment.withNote("too late");
    }
    Subject victim = cast.victim();
    return victim != null && victim.equals(event.subject()) ? moment.about(victim.label()) : moment;
  }

  private String inFlight() {
    if (biosInFlight <= 0) {
      return "";
    }
    return biosInFlight == 1 ? "1 bio in flight" : biosInFlight + " bios in flight";
  }

  private static Moment tell(KernelReport report) {
    String consequence =
        switch (report.kind()) {
          case PANIC -> "panic: the machine stops";
          case OOPS -> report.context().comm() + " is killed";
          default -> "";
        };
    return Moment.of(report, report.headline(), consequence).decisiveMoment();
  }

  /** Whether something that the story would need has left the recorder. */
  static @Nullable String whatIsLost(History history, Cast cast) {
    if (cast.request() == null) {
      return null;
    }
    if (cast.accepted() == 0) {
      return "The beginning of this request has left the recorder.";
    }
    return cast.busy() != null && history.frequentFrom() > cast.busyFrom()
        ? "Earlier events of this page and its buffer have left the recorder."
        : null;
  }
}
