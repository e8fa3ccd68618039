package diorama.check;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
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
    /** A page came back into the cache too early; the subject is the page. */
    REFAULT,
    /** A read that returned what had been overwritten; the subject is the read. */
    STALE_READ,
    /** A cache that differs from the media when all is at rest; the subject is the file. */
    INCOHERENT_CACHE,
    /** The event that the user gets. */
    ERROR_EVENT,
    /** What the kernel complained about. */
    REPORT
  }

  /** An event as a witness. */
  public static Witness of(Role role, Event event) {
    return new Witness(role, event.sequence(), event.context(), event.subject());
  }
}
