package diorama.kernel.tracepoint;

import diorama.kernel.sched.Context;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in the kernel, seen from inside the section where it happened.
 *
 * <p>Tracepoints are all that checks and traces see of the kernel. The text is formatted only when
 * somebody reads it: {@code format} may use {@code %1$d} and {@code %2$d} for the two values.
 *
 * @param name the kernel's name for the step, for example {@code get_bh}
 * @param context who did it
 * @param subject the memory it was done to, if any
 * @param related a second piece of memory that the event ties to the first, if any
 * @param format what else there is to say, for example {@code b_count=%d}
 * @param a first value
 * @param b second value
 */
public record Tracepoint(
    String name,
    Context context,
    @Nullable Subject subject,
    @Nullable Subject related,
    String format,
    long a,
    long b) {

  /** An event about one piece of memory, with one value. */
  public static Tracepoint of(
      String name, Context context, @Nullable Subject subject, String format, long a) {
    return new Tracepoint(name, context, subject, null, format, a, 0);
  }

  /** An event about one piece of memory. */
  public static Tracepoint of(String name, Context context, @Nullable Subject subject) {
    return new Tracepoint(name, context, subject, null, "", 0, 0);
  }

  /** The values in words. */
  public String detail() {
    return format.isEmpty() ? "" : String.format(format, a, b);
  }
}
