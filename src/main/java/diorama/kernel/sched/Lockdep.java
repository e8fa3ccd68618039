package diorama.kernel.sched;

import akka.actor.typed.MailboxSelector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@code kernel/lockdep.c}: the order in which lock classes were ever wanted, and the first circle
 * in it.
 *
 * <p>A circle is reported when the edge that closes it is seen, whether or not anybody waits: the
 * report comes before the deadlock, or without it. One object for each machine; contexts tell it
 * only of orders that are new to them.
 */
public final class Lockdep {
  /**
   * The mailbox of what only looks on. It has a name of its own because what it is told changes
   * nothing that anybody else can see.
   */
  public static final MailboxSelector MAILBOX =
      MailboxSelector.fromConfig("diorama-mailbox.observer");

  /** What lockdep is told. */
  public sealed interface Command extends Request<Lockdep> {}

  /**
   * A context wants a lock while it holds others.
   *
   * @param heldMask classes held, as a bit set by ordinal
   * @param trace where it wants it, innermost first
   */
  public record Order(Context context, int heldMask, LockClass wanted, List<String> trace)
      implements Command {
    @Override
    public void execute(Lockdep lockdep) {
      for (LockClass held : LockClass.values()) {
        if ((heldMask & 1 << held.ordinal()) != 0) {
          lockdep.edge(context, held, wanted, trace);
        }
      }
    }
  }

  /** Where a report goes. */
  @FunctionalInterface
  public interface Reporter {
    /** A circle was found: the lines of the kernel's report. */
    void circle(Context context, List<String> trace, List<String> lines);
  }

  private record Edge(LockClass after, List<String> trace) {}

  private final String release;
  private final Reporter reporter;
  private final Map<LockClass, List<Edge>> edges = new EnumMap<>(LockClass.class);
  private boolean reported;

  /**
   * An empty graph.
   *
   * @param release what the report calls the kernel, for example {@code 2.6.20}
   */
  public Lockdep(String release, Reporter reporter) {
    this.release = release;
    this.reporter = reporter;
  }

  void edge(Context context, LockClass held, LockClass wanted, List<String> trace) {
    if (held == wanted || knows(held, wanted)) {
      return;
    }
    List<LockClass> chain = pathFrom(wanted, held);
    edges.computeIfAbsent(held, h -> new ArrayList<>()).add(new Edge(wanted, trace));
    if (!chain.isEmpty() && !reported) {
      // Like the kernel, lockdep turns itself off after its first report.
      reported = true;
      reporter.circle(context, trace, report(context, held, wanted, chain, trace));
    }
  }

  private boolean knows(LockClass held, LockClass wanted) {
    return edges.getOrDefault(held, List.of()).stream().anyMatch(e -> e.after == wanted);
  }

  /** The shortest chain of known orders between two classes, both included; empty if none. */
  private List<LockClass> pathFrom(LockClass from, LockClass to) {
    Map<LockClass, LockClass> cameFrom = new EnumMap<>(LockClass.class);
    ArrayDeque<LockClass> next = new ArrayDeque<>();
    next.add(from);
    cameFrom.put(from, from);
    while (!next.isEmpty() && !cameFrom.containsKey(to)) {
      LockClass at = next.remove();
      for (Edge e : edges.getOrDefault(at, List.of())) {
        if (cameFrom.putIfAbsent(e.after, at) == null) {
          next.add(e.after);
        }
      }
    }
    List<LockClass> path = new ArrayList<>();
    for (LockClass at = to; cameFrom.containsKey(at); at = cameFrom.get(at)) {
      path.add(at);
      if (at == from) {
        Collections.reverse(path);
        return path;
      }
    }
    return List.of();
  }

  /** Where the second was first wanted with the first held. */
  private List<String> trace(LockClass held, LockClass wanted) {
    return edges.getOrDefault(held, List.of()).stream()
        .filter(e -> e.after == wanted)
        .findFirst()
        .map(Edge::trace)
        .orElse(List.of());
  }

  private List<String> report(
      Context context,
      LockClass held,
      LockClass wanted,
      List<LockClass> chain,
      List<String> trace) {
    String line = "=======================================================";
    List<String> lines = new ArrayList<>();
    lines.add(line);
    lines.add("[ INFO: possible circular locking dependency detected ]");
    lines.add(release + " #1");
    lines.add(line.replace('=', '-'));
    lines.add(context + " is trying to acquire lock:");
    lines.add(" (" + wanted.kernelName() + ")");
    lines.add("but task is already holding lock:");
    lines.add(" (" + held.kernelName() + ")");
    lines.add("which lock already depends on the new lock.");
    lines.add("the existing dependency chain (in reverse order) is:");
    for (int i = chain.size() - 1; i > 0; i--) {
      lines.add("-> #" + i + " (" + chain.get(i).kernelName() + "):");
      trace(chain.get(i - 1), chain.get(i)).forEach(f -> lines.add("   " + f));
    }
    lines.add("-> #0 (" + wanted.kernelName() + "):");
    trace.forEach(f -> lines.add("   " + f));
    for (LockClass c : chain) {
      if (!c.knownToLockdep()) {
        lines.add(
            "("
                + c.kernelName()
                + " is no lockdep object in this kernel: Diorama's lockdep sees"
                + " it)");
      }
    }
    return lines;
  }
}
