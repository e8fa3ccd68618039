package diorama.trace;

import diorama.check.Event;
import diorama.check.FailedInvalidation;
import diorama.check.History;
import diorama.check.KernelReport;
import diorama.check.Recorded;
import diorama.check.TracepointName;
import diorama.check.Watch;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.BlockTransfer;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Subject.Kind;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last events of one machine, in memory.
 *
 * <p>Page and buffer events are frequent, and have a ring of their own, so that the history of a
 * request outlives thousands of them. An entry costs two atomic increments and one small object;
 * nothing is formatted. A writer that stands still between its number and its slot for a whole turn
 * of the ring replaces a newer entry by its own: the record has a hole then, but never a wrong
 * order.
 *
 * <p>The memory that events speak of stays reachable for as long as they do: the rings bound it.
 */
public final class FlightRecorder implements Tracer, Supplier<History> {
  /**
   * How many entries are kept, each a power of two.
   *
   * @param frequent page and buffer events
   * @param rare all others
   */
  public record Size(int frequent, int rare) {
    /** About 2 MiB for a machine. */
    public static final Size DEFAULT = new Size(1 << 14, 1 << 13);
  }

  private final LongSupplier clock;
  private final Watch watch;
  private final AtomicLong sequence = new AtomicLong();
  private final Ring frequent;
  private final Ring rare;

  /**
   * An empty recorder.
   *
   * @param clock nanoseconds: monotonic, or virtual in a seeded run
   * @param watch the checks that see each rare entry, what the queue does with a page's bios, and
   *     what jbd2 does with its buffers, as it comes
   */
  public FlightRecorder(LongSupplier clock, Size size, Watch watch) {
    this.clock = clock;
    this.watch = watch;
    this.frequent = new Ring(size.frequent());
    this.rare = new Ring(size.rare());
  }

  @Override
  public void emit(Tracepoint point) {
    Event event = new Event(sequence.incrementAndGet(), clock.getAsLong(), point);
    if (isFrequent(point)) {
      frequent.add(event);
      if (point.subject() instanceof BlockTransfer || TracepointName.isOfJbd2(point.name())) {
        watch.see(event, this);
      }
    } else {
      rare.add(event);
      watch.see(event, this);
    }
  }

  /** Takes a complaint of the kernel. */
  public void report(
      KernelReport.Kind kind, Context context, List<String> callTrace, List<String> lines) {
    KernelReport report =
        new KernelReport(
            sequence.incrementAndGet(), clock.getAsLong(), kind, context, callTrace, lines);
    rare.add(report);
    watch.see(report, this);
  }

  /** What is recorded now, in order. Others may go on writing. */
  public History snapshot() {
    List<Recorded> many = copy(frequent);
    List<Recorded> few = copy(rare);
    long frequentFrom = completeFrom(frequent, many);
    long rareFrom = completeFrom(rare, few);
    many.addAll(few);
    many.sort(Comparator.comparingLong(Recorded::sequence));
    return new History(many, rareFrom, frequentFrom);
  }

  @Override
  public History get() {
    return snapshot();
  }

  /** How many events there were. */
  public long recorded() {
    return sequence.get();
  }

  private static List<Recorded> copy(Ring ring) {
    List<Recorded> entries = new ArrayList<>();
    ring.copyTo(entries);
    entries.sort(Comparator.comparingLong(Recorded::sequence));
    return entries;
  }

  private static long completeFrom(Ring ring, List<Recorded> entries) {
    return ring.written() <= ring.capacity() || entries.isEmpty() ? 1 : entries.get(0).sequence();
  }

  /** A failed invalidation names a page as well, but a request's history hangs on it. */
  private static boolean isFrequent(Tracepoint point) {
    return (isPageOrBuffer(point.subject()) || isPageOrBuffer(point.related()))
        && !FailedInvalidation.tells(point.name());
  }

  private static boolean isPageOrBuffer(@Nullable Subject memory) {
    if (memory == null) {
      return false;
    }
    Kind kind = memory.kind();
    return kind == Kind.PAGE || kind == Kind.BUFFER;
  }
}
