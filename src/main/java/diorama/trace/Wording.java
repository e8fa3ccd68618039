package diorama.trace;

import static diorama.check.TracepointName.AIO_COMPLETE;
import static diorama.check.TracepointName.AIO_GET_REQ;
import static diorama.check.TracepointName.AIO_PUT_REQ;
import static diorama.check.TracepointName.AIO_RUN_IOCB_RETURNED;
import static diorama.check.TracepointName.BIO_DONE;
import static diorama.check.TracepointName.BJ_LOCKED;
import static diorama.check.TracepointName.COMMIT_PHASE;
import static diorama.check.TracepointName.COMMIT_UNFILE;
import static diorama.check.TracepointName.COMMIT_WAIT;
import static diorama.check.TracepointName.DIO_BIO_DONE;
import static diorama.check.TracepointName.DIO_DROPS_PAGES;
import static diorama.check.TracepointName.DIO_KFREE;
import static diorama.check.TracepointName.DIO_SUBMIT_BIO;
import static diorama.check.TracepointName.DIRECT_IO_WORKER;
import static diorama.check.TracepointName.DROP_BUFFERS_BUSY;
import static diorama.check.TracepointName.EVENT;
import static diorama.check.TracepointName.FINISHED_ONE_BIO;
import static diorama.check.TracepointName.GET_BH;
import static diorama.check.TracepointName.IO_GETEVENTS_READ;
import static diorama.check.TracepointName.JOURNAL_ABORTED;
import static diorama.check.TracepointName.KMEM_CACHE_FREE_KIOCB;
import static diorama.check.TracepointName.OSYNC_ERROR;
import static diorama.check.TracepointName.PG_BUSY_CLEARED;
import static diorama.check.TracepointName.PG_BUSY_SET;
import static diorama.check.TracepointName.PUT_BH;
import static diorama.check.TracepointName.READ_BEGIN;
import static diorama.check.TracepointName.READ_END;
import static diorama.check.TracepointName.REMOVE_FROM_PAGE_CACHE;
import static diorama.check.TracepointName.SYSCALL_EXIT;
import static diorama.check.TracepointName.USE_AFTER_FREE;
import static diorama.check.TracepointName.WRITE_BEGIN;
import static diorama.check.TracepointName.WRITE_END;

import diorama.check.Event;
import diorama.kernel.tracepoint.Subject;

/** What a tracepoint says in a table: the kernel's name for the step, and what it left behind. */
final class Wording {
  private Wording() {}

  /** A tracepoint as a row. */
  static Moment of(Event event) {
    long a = event.point().a();
    return switch (event.name()) {
      case AIO_GET_REQ -> Moment.of(event, AIO_GET_REQ, event.point().detail());
      case AIO_RUN_IOCB_RETURNED -> Moment.of(event, "retry returns " + Result.of(a), "");
      case AIO_COMPLETE ->
          Moment.of(
              event,
              AIO_COMPLETE + "(" + Result.of(a) + ")",
              event.point().format().contains("ki_users")
                  ? "ki_users=" + count(event.point().b())
                  : "");
      case EVENT -> Moment.of(event, "event " + Result.of(a), "");
      case AIO_PUT_REQ -> Moment.of(event, AIO_PUT_REQ, event.point().detail());
      case KMEM_CACHE_FREE_KIOCB -> Moment.of(event, "kmem_cache_free", "kiocb freed");
      case USE_AFTER_FREE -> useAfterFree(event);
      case IO_GETEVENTS_READ -> Moment.of(event, "io_getevents", "event " + Result.of(a) + " read");
      case WRITE_BEGIN, READ_BEGIN -> Moment.of(event, label(event) + " begins", "");
      case WRITE_END, READ_END -> Moment.of(event, label(event) + " ends", Result.of(a));
      case SYSCALL_EXIT -> Moment.of(event, returned(event.point().detail()), "");
      case GET_BH, PUT_BH -> Moment.of(event, event.name(), "b_count=" + a);
      case DROP_BUFFERS_BUSY -> Moment.of(event, DROP_BUFFERS_BUSY, busy(event));
      case REMOVE_FROM_PAGE_CACHE ->
          Moment.of(event, "1 page dropped", "").inBundles("%d pages dropped");
      case DIO_SUBMIT_BIO, "dio_bio_submit", "iomap_dio_submit_bio" ->
          Moment.of(event, "1 bio submitted", "").inBundles("%d bios submitted");
      case FINISHED_ONE_BIO -> finishedOneBio(event);
      case DIO_BIO_DONE, "dio_bio_end_aio", "dio_bio_end_io", "iomap_dio_bio_end_io" ->
          a == 0
              ? Moment.of(event, "last bio done", "dio refcount=0")
              : Moment.of(event, "1 bio done", "").inBundles("%d bios done");
      case DIO_DROPS_PAGES -> Moment.of(event, "drops cached pages", "");
      case DIRECT_IO_WORKER -> Moment.of(event, "direct_io_worker returns " + Result.of(a), "");
      case BIO_DONE -> Moment.of(event, BIO_DONE, Result.of(a));
      case DIO_KFREE, "kfree" -> Moment.of(event, "kfree(dio)", "");
      case BJ_LOCKED -> Moment.of(event, "file buffer BJ_Locked", event.point().detail());
      case COMMIT_PHASE -> Moment.of(event, "commit: " + firstWord(event.point().detail()), "");
      case COMMIT_WAIT -> Moment.of(event, "wait_on_buffer", event.point().detail());
      case COMMIT_UNFILE -> Moment.of(event, "unfile buffer", event.point().detail());
      case OSYNC_ERROR -> Moment.of(event, "generic_osync_inode", "returns " + Result.of(a));
      case PG_BUSY_SET -> Moment.of(event, PG_BUSY_SET, "");
      case PG_BUSY_CLEARED -> Moment.of(event, "kick_iocb", "no event");
      case JOURNAL_ABORTED -> Moment.of(event, JOURNAL_ABORTED, "");
      default -> Moment.of(event, event.name(), event.point().detail());
    };
  }

  /** The submitter gives back its own count, an interrupt that of its bio. */
  private static Moment finishedOneBio(Event event) {
    long left = event.point().a();
    if (!event.context().inInterrupt()) {
      return Moment.of(event, "own count given back", "bio_count=" + left);
    }
    return left == 0
        ? Moment.of(event, "last bio done", "bio_count=0")
        : Moment.of(event, "1 bio done", "").inBundles("%d bios done");
  }

  private static String label(Event event) {
    return event.subject() == null ? event.name() : event.subject().label();
  }

  private static String returned(String detail) {
    return systemCall(detail).replace(" = ", " returns ");
  }

  /** A system call as its user knows it. */
  static String systemCall(String function) {
    return function.startsWith("sys_") ? function.substring("sys_".length()) : function;
  }

  /** A count, or the slab poison that was found in its place. */
  private static String count(long value) {
    return value > 0xffff ? "0x" + Long.toHexString(value) : Long.toString(value);
  }

  private static String firstWord(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  private static Moment useAfterFree(Event event) {
    Subject now = event.related();
    return Moment.of(
            event, USE_AFTER_FREE, now == null ? "freed memory" : "slot is " + now.label() + " now")
        .inBundles(USE_AFTER_FREE + ", %d times");
  }

  private static String busy(Event event) {
    StringBuilder why = new StringBuilder("b_count=").append(event.point().a());
    if ((event.point().b() & 1) != 0) {
      why.append(" dirty");
    }
    if ((event.point().b() & 2) != 0) {
      why.append(" locked");
    }
    return why.toString();
  }
}
