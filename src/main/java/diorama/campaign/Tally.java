package diorama.campaign;

import diorama.campaign.KernelTally.Sighting;
import diorama.check.AbandonedDio;
import diorama.check.CacheCoherence;
import diorama.check.DioUseAfterFree;
import diorama.check.ExactlyOneEvent;
import diorama.check.FileUseAfterFree;
import diorama.check.FsyncError;
import diorama.check.IoErrorEvent;
import diorama.check.NeverWrittenContent;
import diorama.check.StaleRead;
import diorama.check.SwallowedError;
import diorama.check.Violation;
import diorama.check.WorkqueuePublication;
import diorama.check.WrittenOnce;
import diorama.check.WrongContent;
import diorama.trace.Explanation;
import diorama.trace.TableStyle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is counted over all machines of one kernel's run. Safe for all threads. */
final class Tally {
  /** A machine whose programs were killed still held a lock, a request or memory. */
  static final String NOT_AT_REST = "not-at-rest";

  private final String kernel;
  private final long startNanos;
  private final ProgressListener listener;
  private final TableStyle style;
  private final Map<String, LongAdder> operations = new ConcurrentHashMap<>();
  private final Map<String, String> traces = new HashMap<>();
  private final Map<String, Seen> seen = new LinkedHashMap<>();
  private final LongAdder total = new LongAdder();
  private long broughtToRest;
  private Counted counted = Counted.NOTHING;

  /** What is kept of one kind of violation: its counts, and the first of each variant. */
  private static final class Seen {
    final String id;
    final String race;
    final double firstSeconds;
    final Map<String, Long> variants = new TreeMap<>();
    final List<String> explanation = new ArrayList<>();
    long count;

    Seen(String id, String race, double firstSeconds) {
      this.id = id;
      this.race = race;
      this.firstSeconds = firstSeconds;
    }
  }

  Tally(String kernel, long startNanos, ProgressListener listener, TableStyle style) {
    this.kernel = kernel;
    this.startNanos = startNanos;
    this.listener = listener;
    this.style = style;
  }

  void operation(String name, long count) {
    operations.computeIfAbsent(name, n -> new LongAdder()).add(count);
    total.add(count);
  }

  /** How many operations of any kind. */
  long operations() {
    return total.sum();
  }

  /** A machine is through. */
  synchronized void counted(Counted onMachine) {
    counted = counted.plus(onMachine);
  }

  /** Counts a violation; true if it is the first of its id, race and variant. */
  synchronized boolean count(Violation violation) {
    String race = known(violation.race());
    Seen kind =
        seen.computeIfAbsent(
            violation.id() + " " + race,
            key -> new Seen(violation.id(), race, (violation.nanos() - startNanos) / 1e9));
    kind.count++;
    String variant = known(violation.variant());
    if (variant.isEmpty()) {
      return kind.count == 1;
    }
    return kind.variants.merge(variant, 1L, Long::sum) == 1;
  }

  /**
   * The programs of machines were killed, to see whether the machines come to rest.
   *
   * @param machines how many were looked at until they were at rest or out of time; of one that
   *     died meanwhile nobody knows
   * @param reasons what kept those from it that did not
   * @param nanos when their programs were killed, by the clock of the violations
   */
  synchronized void rest(long machines, List<String> reasons, long nanos) {
    broughtToRest += machines;
    if (!reasons.isEmpty()) {
      Seen kind = new Seen(NOT_AT_REST, "", (nanos - startNanos) / 1e9);
      kind.count = reasons.size();
      kind.explanation.add(NOT_AT_REST);
      kind.explanation.addAll(reasons);
      seen.put(NOT_AT_REST, kind);
      listener.violation(kernel, kind.id, kind.explanation);
    }
  }

  /** A violation of this kind can be looked at in this trace; the first one that says so counts. */
  synchronized void trace(String id, String race, Path file) {
    traces.putIfAbsent(id + " " + race, file.toString());
  }

  /** Shows a person the first violation of a kind. */
  void explain(Violation violation, Explanation explanation) {
    List<String> lines = explanation.text(style).lines().toList();
    synchronized (this) {
      Seen kind = seen.get(violation.id() + " " + known(violation.race()));
      if (kind != null && kind.explanation.isEmpty()) {
        kind.explanation.addAll(lines);
      }
    }
    listener.violation(kernel, violation.id(), lines);
  }

  /** The name, or nothing for what is unknown. */
  static String known(String name) {
    return name.equals(Violation.UNKNOWN) ? "" : name;
  }

  /** How often each violation was seen. */
  synchronized Map<String, Long> violations() {
    Map<String, Long> counts = new TreeMap<>();
    seen.values().forEach(kind -> counts.merge(kind.id, kind.count, Long::sum));
    return counts;
  }

  /** Which of these violations, races and variants were not seen. */
  synchronized Set<String> unseen(Set<String> names) {
    return names.stream()
        .filter(
            name ->
                seen.values().stream()
                    .allMatch(
                        kind ->
                            RaceName.count(name, kind.id, kind.race, kind.count, kind.variants)
                                == 0))
        .collect(Collectors.toSet());
  }

  /** Everything that was counted. */
  synchronized KernelTally result(
      double elapsedSeconds,
      int machines,
      long replaced,
      double slowestToMedian,
      long deliveries,
      @Nullable String traceHash) {
    Map<String, Long> byName = new TreeMap<>();
    operations.forEach((name, count) -> byName.put(name, count.sum()));
    List<Sighting> sightings = new ArrayList<>();
    for (Seen kind : seen.values()) {
      sightings.add(
          new Sighting(
              kind.id,
              kind.race,
              kind.count,
              kind.firstSeconds,
              traces.getOrDefault(kind.id + " " + kind.race, ""),
              Map.copyOf(kind.variants),
              List.copyOf(kind.explanation)));
    }
    return new KernelTally(
        kernel,
        elapsedSeconds,
        machines,
        replaced,
        slowestToMedian,
        deliveries,
        traceHash,
        byName,
        opportunities(),
        broughtToRest == 0 ? Set.of(NOT_AT_REST, CacheCoherence.ID) : Set.of(),
        sightings);
  }

  /**
   * Every accepted iocb could have been completed twice, or have failed for a busy page; every read
   * could have returned old data, or what belongs elsewhere; every direct write could have been
   * written twice, and its dio used too long or left behind; every workqueue that came second could
   * have been left behind; every machine that was brought to rest could have failed to come there,
   * or have had a cache that differs from the media.
   */
  private Map<String, Long> opportunities() {
    long reads = ended("-read");
    long directWrites = ended("dio-write");
    Map<String, Long> opportunities = new HashMap<>();
    List.of(
            ExactlyOneEvent.ID,
            ExactlyOneEvent.CLOBBER,
            ExactlyOneEvent.OSYNC_CLOBBER,
            ExactlyOneEvent.EFAULT_EXTENDING,
            IoErrorEvent.ID,
            IoErrorEvent.RELEASEPAGE,
            SwallowedError.ID,
            SwallowedError.LOST_IN_COMPLETION,
            FileUseAfterFree.ID,
            FileUseAfterFree.RACE)
        .forEach(id -> opportunities.put(id, counted.accepted()));
    List.of(
            StaleRead.ID,
            StaleRead.MASKED_INVALIDATION,
            StaleRead.DIRTY_COLLISION,
            StaleRead.REFAULT,
            StaleRead.REFAULT_DURING_AIO,
            StaleRead.BEFORE_END_IO,
            StaleRead.MMAP_REFAULT,
            WrongContent.ID,
            WrongContent.REMAINDER,
            NeverWrittenContent.ID,
            NeverWrittenContent.PAGE,
            NeverWrittenContent.BLOCK)
        .forEach(id -> opportunities.put(id, reads));
    List.of(
            WrittenOnce.ID,
            WrittenOnce.REDO,
            WrittenOnce.RETRY,
            AbandonedDio.ID,
            AbandonedDio.BIO_COUNT_RACE,
            AbandonedDio.LOST_EVENT)
        .forEach(id -> opportunities.put(id, directWrites));
    List.of(DioUseAfterFree.ID, DioUseAfterFree.WAIT_AFTER_PUT)
        .forEach(id -> opportunities.put(id, directWrites + ended("dio-read")));
    opportunities.put(FsyncError.ID, ended("fsync"));
    opportunities.put(WorkqueuePublication.ID, counted.contested());
    opportunities.put(WorkqueuePublication.RACE, counted.contested());
    opportunities.put(CacheCoherence.ID, broughtToRest);
    opportunities.put(NOT_AT_REST, broughtToRest);
    return opportunities;
  }

  /** How many operations there were of those whose names end so. */
  private long ended(String name) {
    return operations.entrySet().stream()
        .filter(operation -> operation.getKey().endsWith(name))
        .mapToLong(operation -> operation.getValue().sum())
        .sum();
  }
}
