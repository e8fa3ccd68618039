package diorama.process.script;

import diorama.process.script.ProcessCall.Fork;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one process has called: the calls that others depend on, and the last ones of the rest.
 *
 * <p>A call that opened, made or forked something is forgotten together with the one that closed,
 * destroyed or reaped it. Written by its process, read by anybody.
 */
final class CallLog {
  /** A call, and the log of the child that it forked. */
  private static final class Entry {
    final long place;
    final Call call;
    final @Nullable CallLog child;
    @Nullable Ref ended;

    Entry(long place, Call call, @Nullable CallLog child) {
      this.place = place;
      this.call = call;
      this.child = child;
    }
  }

  private final String comm;
  private final int limit;
  private final TreeMap<Long, Entry> makers = new TreeMap<>();
  private final ArrayDeque<Entry> others = new ArrayDeque<>();
  private long next;

  /**
   * An empty log.
   *
   * @param limit other calls, at least 1; of those that others depend on there may be twice as many
   */
  CallLog(String comm, int limit) {
    this.comm = comm;
    this.limit = limit;
  }

  /** Adds a call before it is made, because the last one may never return. */
  synchronized void add(Call call) {
    Entry entry = new Entry(next++, call, null);
    if (call.result() != null) {
      makers.put(entry.place, entry);
    } else {
      others.add(entry);
    }
    trim();
  }

  /** Adds a fork: the log of the child. */
  synchronized CallLog fork(Fork call) {
    CallLog child = new CallLog(call.child().comm(), limit);
    makers.put(next, new Entry(next, call, child));
    next++;
    trim();
    return child;
  }

  /** The call that was added last put an end to what is in a variable. */
  synchronized void ended(Ref ref) {
    Entry last = others.peekLast();
    if (last != null) {
      last.ended = ref;
    }
  }

  private void trim() {
    if (others.size() > limit) {
      Entry gone = others.remove();
      if (gone.ended != null) {
        forget(gone.ended, gone.place);
      }
    }
    if (makers.size() > 2 * limit) {
      makers.pollFirstEntry();
    }
  }

  /** A child that was forked in between may still use a descriptor that its parent closed. */
  private void forget(Ref ended, long end) {
    makers
        .values()
        .removeIf(
            e ->
                ended.equals(e.call.result()) && (e.child != null || !forkedBetween(e.place, end)));
  }

  private boolean forkedBetween(long from, long to) {
    return makers.subMap(from, false, to, false).values().stream().anyMatch(e -> e.child != null);
  }

  /** The process with its calls so far, and its children with theirs. */
  synchronized ScriptProcess process() {
    TreeMap<Long, Entry> inOrder = new TreeMap<>(makers);
    others.forEach(e -> inOrder.put(e.place, e));
    List<Call> calls = new ArrayList<>(inOrder.size());
    for (Entry entry : inOrder.values()) {
      calls.add(
          entry.child != null && entry.call instanceof Fork fork
              ? fork.with(entry.child.process())
              : entry.call);
    }
    return new ScriptProcess(comm, calls);
  }
}
