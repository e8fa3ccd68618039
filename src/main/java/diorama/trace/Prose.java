package diorama.trace;

import diorama.check.AbandonedDio;
import diorama.check.CacheCoherence;
import diorama.check.DioUseAfterFree;
import diorama.check.ExactlyOneEvent;
import diorama.check.FileUseAfterFree;
import diorama.check.FsyncError;
import diorama.check.InterruptSleep;
import diorama.check.IoErrorEvent;
import diorama.check.KernelReport;
import diorama.check.LockInversion;
import diorama.check.Pinner;
import diorama.check.StaleRead;
import diorama.check.SwallowedError;
import diorama.check.Violation;
import diorama.check.Witness;
import diorama.check.Witness.Role;
import diorama.check.WorkqueuePublication;
import diorama.check.WrittenOnce;
import diorama.check.WrongContent;
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
      case SwallowedError.ID -> prose.swallowedError();
      case FsyncError.ID -> prose.fsyncError();
      case WorkqueuePublication.ID ->
          "Writers raced to make the workqueue of the superblock, and not exactly one of them is left.";
      case WrittenOnce.ID -> prose.writtenTwice();
      case WrongContent.ID -> prose.wrongContent();
      case DioUseAfterFree.ID -> prose.useAfterFree();
      case AbandonedDio.ID -> prose.abandoned();
      case FileUseAfterFree.ID -> prose.fileUseAfterFree();
      default ->
          switch (violation.race()) {
            case LockInversion.RACE -> prose.lockInversion();
            case InterruptSleep.INVALIDATE_IN_IRQ -> prose.interruptSleep();
            case StaleRead.DIRTY_COLLISION ->
                "The direct write has ended, and a cached page of its range cannot be dropped: somebody"
                    + " has dirtied it meanwhile, or writes it back. What it holds will be written over"
                    + " the direct write. The kernel says so once until it is booted again.";
            default -> prose.other();
          };
    };
  }

  private String other() {
    String journal = JournalProse.of(violation);
    return journal == null ? complaint() : journal;
  }

  private String doubleCompletion() {
    return switch (violation.race()) {
      case ExactlyOneEvent.CLOBBER ->
          sentOff()
              + " off and then dropped the cached pages of the range. "
              + busyPage()
              + replaced("-EIO")
              + order();
      case ExactlyOneEvent.OSYNC_CLOBBER ->
          sentOff()
              + " off and then synced the metadata, because the file is open with O_SYNC. The"
              + " journal was aborted meanwhile."
              + replaced("The error of the sync")
              + order();
      case ExactlyOneEvent.EFAULT_EXTENDING ->
          "A write that extends the file is waited for, also if it is asynchronous. It failed:"
              + " direct_io_worker completed "
              + label(cast.request())
              + " with the error, and returned the error as well. io_submit_one gave back its"
              + " reference, which was the last, and completed the freed kiocb. One context did all"
              + " of it; no other had a part in it.";
      default -> order();
    };
  }

  private String sentOff() {
    return submitter() + " sent the bios of " + label(cast.request());
  }

  private static String replaced(String error) {
    return " "
        + error
        + " took the place of -EIOCBQUEUED, so that aio_run_iocb completed a request whose bios"
        + " complete it too. ";
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

  private String swallowedError() {
    return "A bio of "
        + label(cast.request())
        + " failed, and its event says that all of it was written. dio_complete knew of the error, and"
        + " replaced it by what generic_write_sync returns, which of a write without O_SYNC is the"
        + " number of bytes that it is given.";
  }

  private String fsyncError() {
    return "fsync returned an error although no transfer failed. "
        + (cast.busy() == null
            ? "The record does not tell why."
            : busyPage()
                + " A direct write had been there, and told of the page in the only way that there is:"
                + " by an error of the next fsync of each open file.");
  }

  private String interruptSleep() {
    KernelReport report = violation.report();
    return violation.variant().equals(InterruptSleep.SLEEPS)
        ? "The interrupt of the last bio found no cached page of the file, and so completed the direct"
            + " write itself. When it came to drop pages there was one: a reader had brought it in"
            + " since. To drop a page is to wait for its lock, and an interrupt cannot wait."
        : capital(report == null ? "a task" : name(report.context()))
            + " waits for what an interrupt should do that sleeps.";
  }

  private String stalePage(String read) {
    Witness refault = violation.witness(Role.REFAULT);
    if (violation.race().equals(StaleRead.BEFORE_END_IO) && refault != null) {
      return "When the data of the direct write were on the disk its cached pages were dropped, and"
          + " only then was its extent converted. In between "
          + name(refault.context())
          + " brought "
          + label(refault.subject())
          + " back: the extent was unwritten, so the page was filled with zeros, and nothing dropped"
          + " it afterwards. "
          + read;
    }
    if (refault != null) {
      return capital(label(refault.subject()))
          + " had been dropped from the cache before the direct write went to the disk. "
          + name(refault.context())
          + (violation.race().equals(StaleRead.MMAP_REFAULT)
              ? " faulted on a mapping, the source of that write, and so read it again from there"
                  + " itself"
              : " read it again from there while the write was on its way")
          + (violation.race().equals(StaleRead.DIRTY_COLLISION)
              ? ". It could not be dropped after the write either: it had been dirtied, and what cannot"
                  + " be dropped then is left. "
              : ", and nothing dropped it afterwards. ")
          + (violation.variant().equals(StaleRead.WRITTEN_BACK)
              ? "A buffered write then wrote to a part of the page. The rest of it, old, went to the"
                  + " disk with that part, over what the direct write had put there. "
              : "")
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

  private String writtenTwice() {
    if (violation.race().equals(WrittenOnce.RETRY)) {
      return sentOff()
          + " off, and could not drop a page. The last bio did not complete the request but had it"
          + " kicked, and all of it is written once more"
          + switch (violation.variant()) {
            case WrittenOnce.OVER_ANOTHER ->
                ": over what another process has written there in between.";
            case WrittenOnce.LASTING -> ", as it was before. Its event does not come.";
            default -> ".";
          };
    }
    return violation.race().equals(WrittenOnce.REDO)
        ? "The direct write came to a hole after a part of it had been sent to the device. -ENOTBLK says"
            + " nothing of that part, so all of it was written through the page cache, that part again."
        : submitter() + " sent a part of its direct write to the device twice.";
  }

  private String wrongContent() {
    return violation.race().equals(WrongContent.REMAINDER)
        ? "The direct write came to a hole and left the rest to buffered I/O, which copied it from the"
            + " start of the user's buffer: the tail of the written range holds what belongs to its"
            + " head."
        : "The read returned what was written for another place of the file.";
  }

  private String useAfterFree() {
    String last =
        violation.witness(Role.LAST_COUNT) == null
            ? ""
            : "Giving back a count of bios and what follows from it are steps of their own. ";
    return last
        + (violation.variant().equals(DioUseAfterFree.IN_INTERRUPT)
            ? "The interrupt took bio_count to 0; "
                + submitter()
                + " saw that, took it for the interrupt's last word and freed "
                + label(cast.request())
                + ". The interrupt then went on with it."
            : submitter()
                + " asked "
                + label(cast.request())
                + " whether it has to wait, after whoever gave back the last count had freed it.");
  }

  private String fileUseAfterFree() {
    String completed =
        violation.witness(Role.FIRST_COMPLETION) == null
            ? submitter() + " had no reference on the file any more"
            : submitter()
                + " had queued a request, and before it was back in fs/aio.c the request was completed."
                + " The program had closed the descriptor meanwhile, so that the request's reference"
                + " on the file was the last";
    return completed
        + (violation.variant().equals(FileUseAfterFree.INODE)
            ? ". The file system then went on with an inode that nothing pinned."
            : ". The struct file was freed, and then read.");
  }

  private String abandoned() {
    if (violation.race().equals(AbandonedDio.LOST_EVENT)) {
      return "A bio failed, and -EIO took the place of the bytes that were written. The interrupt took"
          + " that for a write that falls back to buffered I/O and left it to "
          + submitter()
          + ", who had long gone: the iocb never gets its event, and "
          + label(cast.request())
          + " is never freed.";
    }
    return violation.variant().equals(AbandonedDio.LOST_WAKE_UP)
        ? submitter()
            + " saw that bios were counted and went to sleep; the wake-up had come in between, and"
            + " there is no other."
        : submitter()
            + " returned, and nobody else holds "
            + label(cast.request())
            + " any more: it is never freed.";
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

  private String lockInversion() {
    KernelReport report = violation.report();
    String who = report == null ? "A task" : name(report.context());
    return switch (violation.variant()) {
      case LockInversion.LOCKDEP ->
          "Page locks and journal handles were taken in both orders. Nobody need be stuck for it yet:"
              + " it takes a commit that begins between the two.";
      case LockInversion.DIRECT_WRITER ->
          who
              + " holds a journal handle and waits for the lock of a page. Whoever holds that waits"
              + " for a handle, and there is none until this one is stopped.";
      case LockInversion.COMMIT ->
          who
              + " has locked the transaction and waits for its last handle, whose owner waits for a"
              + " page.";
      case LockInversion.WANTS_HANDLE ->
          who
              + " holds the lock of a page and waits for a journal handle until the commit has"
              + " begun, which waits for a handle whose owner wants a page.";
      default -> who + " waits for one of those who wait for each other.";
    };
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
