package diorama.process.script;

import diorama.process.script.Ref.Kind;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which variable a number stands for in one process: descriptors, contexts, pids, requests. */
final class Numbers {
  private final int mostRequests;
  private final Map<Kind, NavigableMap<Long, Ref>> refs = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> made = new EnumMap<>(Kind.class);
  private final ArrayDeque<Long> requests = new ArrayDeque<>();

  /**
   * No numbers.
   *
   * @param mostRequests how many requests are known at a time, the latest
   */
  Numbers(int mostRequests) {
    this.mostRequests = mostRequests;
    for (Kind kind : Kind.values()) {
      refs.put(kind, new TreeMap<>());
      made.put(kind, 0L);
    }
  }

  /** What a child knows when it is forked. */
  Numbers copy() {
    Numbers copy = new Numbers(mostRequests);
    refs.forEach((kind, known) -> copy.of(kind).putAll(known));
    copy.made.putAll(made);
    copy.requests.addAll(requests);
    return copy;
  }

  private NavigableMap<Long, Ref> of(Kind kind) {
    return refs.computeIfAbsent(kind, k -> new TreeMap<>());
  }

  /** A variable that nobody has yet. */
  Ref make(Kind kind) {
    return kind.numbered(made.merge(kind, 1L, Long::sum));
  }

  /** A variable for a request that is submitted now. */
  Ref request(long data) {
    Ref ref = make(Kind.IOCB);
    if (of(Kind.IOCB).put(data, ref) == null) {
      requests.add(data);
    }
    if (requests.size() > mostRequests) {
      of(Kind.IOCB).remove(requests.remove());
    }
    return ref;
  }

  /** A call returned a number; an error is none. */
  void bind(Ref ref, long number) {
    if (number >= 0) {
      of(ref.kind()).put(number, ref);
    }
  }

  /** The variable with that number, null for a number that no call returned. */
  @Nullable Ref find(Kind kind, long number) {
    return of(kind).get(number);
  }

  /**
   * The place in a mapping at an address: behind the start of the mapping that begins there or in
   * front of it; null if none does.
   */
  @Nullable Place place(long address) {
    Long start = of(Kind.MAP).floorKey(address);
    Ref map = start == null ? null : of(Kind.MAP).get(start);
    return start == null || map == null ? null : new Place(map, address - start);
  }

  /** The number stands for nothing any more: the variable that it stood for, or null. */
  @Nullable Ref forget(Kind kind, long number) {
    return of(kind).remove(number);
  }
}
