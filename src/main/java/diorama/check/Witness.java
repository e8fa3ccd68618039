package diorama.check;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One recorded fact that a violation rests on.
 *
 * @param role what it proves
 * @param sequence which entry of the history
 * @param context who did it
 * @param subject the memory concerned, if any
 */
public record Witness(Role role, long sequence, Context context, @Nullable Subject subject) {
  /** What a witness proves. */
  public enum Role {
    /** The request was accepted; the subject is its kiocb. */
    ACCEPTED,
    /** It was completed. */
    FIRST_COMPLETION,
    /** It was completed again, or its freed memory was. */
    SECOND_COMPLETION,
    /** A pointer to freed memory was followed. */
    STALE_POINTER,
    /** Another request that was completed in its place. */
    VICTIM,
    /** A cached page could not be dropped; the subject is the page or the buffer. */
    FAILED_INVALIDATION,
    /** Somebody took the reference that kept the buffer busy. */
    PINNED,
    /** The sync that O_SYNC asks for failed; the subject is the kiocb. */
    FAILED_SYNC,
    /** A request was kicked instead of completed; the subject is the kiocb. */
    KICKED,
    /** Another write that ended in between; the subject is the transfer. */
    OVERWRITTEN,
    /** The journal was aborted. */
    JOURNAL_ABORTED,
    /** A page came back into the cache too early; the subject is the page. */
    REFAULT,
    /** A direct write came to a hole. */
    MET_A_HOLE,
    /** What had been sent to the device was sent again; the subject is the bio. */
    SENT_AGAIN,
    /**
     * A read that returned what had been overwritten, or never was there; the subject is the read.
     */
    STALE_READ,
    /** A write that has copied nothing for long. */
    GOES_ROUND,
    /** A write that failed and left something behind; the subject is the transfer. */
    FAILED_WRITE,
    /** A buffer became part of a transaction; the subject is the buffer. */
    JOINED,
    /** jbd2 found it dirty all the same. */
    SPOTTED,
    /** It was sent to its place before it was in the log; the subject is the bio. */
    SENT_HOME,
    /** A cache that differs from the media when all is at rest; the subject is the file. */
    INCOHERENT_CACHE,
    /** The memory of a request of direct-io.c was allocated. */
    ALLOCATED,
    /** A thread closed the descriptor; the subject is the file. */
    CLOSED,
    /** Somebody took its count, of bios or of users, to 0. */
    LAST_COUNT,
    /** It was freed. */
    FREED,
    /** It was used all the same. */
    USED_AFTER_FREE,
    /** The submitter went to sleep on it, or left it behind, after everybody else was through. */
    ABANDONED,
    /** A bio of the request failed; the subject is the dio. */
    FAILED_TRANSFER,
    /** The event that the user gets. */
    ERROR_EVENT,
    /** The system call that returned an error. */
    ERROR_RETURNED,
    /** What the kernel complained about. */
    REPORT
  }

  /** An event as a witness. */
  public static Witness of(Role role, Event event) {
    return new Witness(role, event.sequence(), event.context(), event.subject());
  }

  /** The kernel's complaint. */
  static Witness of(KernelReport report) {
    return new Witness(Role.REPORT, report.sequence(), report.context(), null);
  }

  /** Adds an event as a witness, if it was seen. */
  static void addIfSeen(List<Witness> witnesses, Role role, @Nullable Event event) {
    if (event != null) {
      witnesses.add(of(role, event));
    }
  }
}
