package diorama.trace;

import diorama.check.CacheCoherence;
import diorama.check.ExactlyOneEvent;
import diorama.check.IoErrorEvent;
import diorama.check.KernelReport;
import diorama.check.Pinner;
import diorama.check.StaleRead;
import diorama.check.Violation;
import diorama.check.Witness;
import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import org.jspecify.annotations.Nullable;

/** A few sentences about a violation, for somebody who sees it for the first time. */
final class Prose {
  private final Violation violation;
  private final Cast cast;

  private Prose(Violation violation, Cast cast) {
    this.violation = violation;
    this.cast = cast;
  }

  static String of(Violation violation, Cast cast) {
    Prose prose = new Prose(violation, cast);
    return switch (violation.id()) {
      case ExactlyOneEvent.ID -> prose.doubleCompletion();
      case IoErrorEvent.ID -> prose.errorEvent();
      case StaleRead.ID ->
          prose.stalePage(
              "The read began after the write had ended, and returned what was there before it.");
      case CacheCoherence.ID ->
          prose.stalePage(
              "The machine came to rest with a clean page in its cache that differs from the media.");
      default -> prose.complaint();
    };
  }

  private String doubleCompletion() {
    String beginning =
        violation.race().equals(ExactlyOneEvent.CLOBBER)
            ? submitter()
                + " sent the bios of "
                + label(cast.request())
                + " off and then dropped the cached pages of the range. "
                + busyPage()
                + " -EIO took the place of -EIOCBQUEUED, so that aio_run_iocb completed a request"
                + " whose bios complete it too. "
            : "";
    return beginning + order();
  }

  private String order() {
    return switch (violation.variant()) {
      case ExactlyOneEvent.SUBMISSION_FIRST ->
          "The submitting path came first and freed the kiocb while its bios were in flight; the"
              + " interrupt of the last one then completed freed memory.";
      case ExactlyOneEvent.BIO_FIRST ->
          "The interrupt of the last bio came first; the completion of the submitting path dropped"
              + " the last reference, and aio_put_req then used freed memory.";
      case ExactlyOneEvent.SLAB_REUSE ->
          "The submitting path came first, and the freed slot went to "
              + label(cast.victim())
              + ". The interrupt of the last bio of the old request then completed the new one,"
              + " whose own transfer was still to come: its user sees an event too early, with a"
              + " result that is not its own.";
      default -> label(cast.request()) + " was completed twice.";
    };
  }

  private String errorEvent() {
    if (cast.busy() == null) {
      return label(cast.request())
          + " ended with -EIO although no transfer failed. The record does not tell why.";
    }
    return label(cast.request())
        + " ended with -EIO although no transfer failed. "
        + busyPage()
        + (cast.dios().isEmpty()
            ? " No bio had been sent off: nothing was written."
            : " Its bios had been sent off before: the data are written, and the event says that"
                + " they are not.");
  }

  private String stalePage(String read) {
    Witness refault = violation.witness(Role.REFAULT);
    if (refault != null) {
      return capital(label(refault.subject()))
          + " had been dropped from the cache before the direct write went to the disk. "
          + name(refault.context())
          + (violation.race().equals(StaleRead.MMAP_REFAULT)
              ? " faulted on a mapping, the source of that write, and so read it again from there"
                  + " itself"
              : " read it again from there while the write was on its way")
          + ", and nothing dropped it afterwards. "
          + read;
    }
    if (violation.variant().equals(StaleRead.BEFORE_INVALIDATION)) {
      return "The interrupt of the last bio completed the request before the submitting path had come"
          + " to drop the cached pages. "
          + read;
    }
    return cast.busy() == null
        ? read
        : busyPage()
            + " The direct write went ahead over it: the page stayed in the cache, with the old data."
            + " "
            + read;
  }

  private String busyPage() {
    Subject page = cast.busy() == null ? null : cast.busy().page();
    if (page == null && cast.busy() != null) {
      page = cast.busy().buffer();
    }
    String failed = (page == null ? "A page" : capital(page.label())) + " could not be dropped";
    if (cast.pinner() == Pinner.UNKNOWN) {
      return failed + ".";
    }
    return cast.pinner() == Pinner.F6
        ? failed + ": it had been dirtied again."
        : failed + ": its buffer was held by " + cast.pinner().words() + ".";
  }

  private String complaint() {
    KernelReport report = violation.report();
    return report == null
        ? ""
        : "No check knows a cause for this. The table shows what "
            + name(report.context())
            + " did last.";
  }

  private String submitter() {
    return cast.submitter() == null ? "The submitter" : name(cast.submitter());
  }

  private static String name(Context context) {
    return context.inInterrupt() ? "the interrupt" : context.comm() + " " + context.pid();
  }

  private static String label(@Nullable Subject subject) {
    return subject == null ? "the request" : subject.label();
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
  }
}
