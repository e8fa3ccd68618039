package diorama.process.script;

import diorama.process.script.AioCall.IoSubmit;
import diorama.process.script.AioCall.Request;
import diorama.process.script.FileCall.Transfer;
import diorama.process.script.ProcessCall.Exit;
import diorama.process.script.ProcessCall.Fork;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What a script can be cut down to in one step.
 *
 * <p>The cuts are those of delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", IEEE TSE 28(2), 2002), halves first, single calls last; that a cut takes
 * along what depended on it is the way of DEMi (Scott et al., "Minimizing Faulty Executions of
 * Distributed Systems", NSDI 2016), which shrinks the external events before the schedule.
 */
public final class Shrinks {
  private static final int PAGE = 4096;
  private static final int SECTOR = 512;

  private Shrinks() {}

  /** Cuts of one kind and coarseness. */
  @FunctionalInterface
  interface Pass {
    /** The candidates in the order of the script; a pass goes on where it took one. */
    List<Supplier<Script>> cuts(Script script);
  }

  /** All scripts that are one step smaller, each once, the biggest cuts first. */
  public static List<Script> smaller(Script script) {
    Set<Script> smaller = new LinkedHashSet<>();
    for (Pass pass : passes(script)) {
      for (Supplier<Script> cut : pass.cuts(script)) {
        Script candidate = cut.get();
        if (candidate.size() < script.size()) {
          smaller.add(candidate);
        }
      }
    }
    return List.copyOf(smaller);
  }

  /** The script with the last so many calls of each process, besides those that set up. */
  public static Script last(Script script, int calls) {
    Script fewer = script;
    // Forks are kept, so that the processes stay where they are.
    for (int p = 0; p < script.processes().size(); p++) {
      List<Call> all = fewer.processes().get(p).calls();
      List<Call> kept = new ArrayList<>();
      int left = calls;
      for (int i = all.size() - 1; i >= 0; i--) {
        Call call = all.get(i);
        if (call.setsUp() || left-- > 0) {
          kept.add(0, call);
        }
      }
      fewer = fewer.with(p, kept);
    }
    return fewer;
  }

  /** The script with each transfer as short as its unit allows. */
  public static Script shortest(Script script) {
    return changed(script, Shrinks::shortest);
  }

  /** Processes, calls, requests, what is open for nothing, lengths, offsets. */
  static List<Pass> passes(Script script) {
    List<Pass> passes = new ArrayList<>();
    passes.add(Shrinks::processes);
    int calls = script.processes().stream().mapToInt(p -> droppable(p).size()).max().orElse(0);
    for (int chunk = 2 * Integer.highestOneBit(calls); chunk > 0; chunk /= 2) {
      int size = chunk;
      passes.add(s -> calls(s, size));
    }
    int requests = script.processes().stream().mapToInt(Shrinks::mostRequests).max().orElse(0);
    for (int chunk = Integer.highestOneBit(requests); chunk > 0; chunk /= 2) {
      int size = chunk;
      passes.add(s -> requests(s, size));
    }
    passes.add(Shrinks::makers);
    passes.add(Shrinks::intoTheParent);
    passes.add(s -> transfers(s, Shrinks::shortest));
    passes.add(s -> transfers(s, Shrinks::halved));
    passes.add(Shrinks::towardsTheStart);
    passes.add(s -> transfers(s, t -> t.at(0, t.length())));
    passes.add(s -> transfers(s, t -> t.at(half(t.offset()), t.length())));
    return passes;
  }

  // ---- processes ----

  private static List<Supplier<Script>> processes(Script script) {
    return replacing(script, Fork.class, fork -> List.of());
  }

  /** A child's calls in the place of its fork: one process less that does the same. */
  private static List<Supplier<Script>> intoTheParent(Script script) {
    return replacing(script, Fork.class, fork -> upToExit(fork.child().calls()));
  }

  private static List<Call> upToExit(List<Call> calls) {
    return calls.stream().takeWhile(c -> !(c instanceof Exit)).toList();
  }

  /** What opens or makes something, one at a time, with all that uses it. */
  private static List<Supplier<Script>> makers(Script script) {
    return replacing(
        script,
        Call.class,
        call -> call.result() == null || call instanceof Fork ? List.of(call) : List.of());
  }

  /** Other calls in the place of each call of a type in turn. */
  private static <C extends Call> List<Supplier<Script>> replacing(
      Script script, Class<C> type, Function<C, List<Call>> others) {
    List<Supplier<Script>> cuts = new ArrayList<>();
    List<ScriptProcess> processes = script.processes();
    for (int p = 0; p < processes.size(); p++) {
      List<Call> calls = processes.get(p).calls();
      for (int i = 0; i < calls.size(); i++) {
        int process = p;
        int at = i;
        if (type.isInstance(calls.get(i))) {
          cuts.add(
              () -> {
                List<Call> replaced = new ArrayList<>(calls);
                replaced.remove(at);
                replaced.addAll(at, others.apply(type.cast(calls.get(at))));
                return script.with(process, replaced);
              });
        }
      }
    }
    return cuts;
  }

  // ---- calls ----

  /** The places of the calls that others do not depend on. */
  private static List<Integer> droppable(ScriptProcess process) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < process.calls().size(); i++) {
      if (process.calls().get(i).result() == null) {
        places.add(i);
      }
    }
    return places;
  }

  /** Chunks of each process's calls, cut between two rounds where the calls go round. */
  private static List<Supplier<Script>> calls(Script script, int chunk) {
    List<Supplier<Script>> cuts = new ArrayList<>();
    List<ScriptProcess> processes = script.processes();
    for (int p = 0; p < processes.size(); p++) {
      int process = p;
      List<Call> calls = processes.get(p).calls();
      List<Integer> places = droppable(processes.get(p));
      int round = round(places.stream().map(calls::get).toList());
      int size = chunk < round ? chunk : chunk - chunk % round;
      for (int i = 0; i < places.size(); i += size) {
        List<Integer> dropped = places.subList(i, Math.min(i + size, places.size()));
        cuts.add(() -> script.with(process, without(calls, dropped)));
      }
    }
    return cuts;
  }

  private static List<Call> without(List<Call> calls, List<Integer> places) {
    List<Call> left = new ArrayList<>(calls);
    for (int i = places.size() - 1; i >= 0; i--) {
      left.remove((int) places.get(i));
    }
    return left;
  }

  /** The fewest calls after which the same functions come again, all of them if none do. */
  private static int round(List<Call> calls) {
    for (int round = 1; round < calls.size(); round++) {
      int same = 0;
      while (round + same < calls.size()
          && calls.get(same).name().equals(calls.get(round + same).name())) {
        same++;
      }
      if (round + same == calls.size()) {
        return round;
      }
    }
    return Math.max(1, calls.size());
  }

  private static int mostRequests(ScriptProcess process) {
    return process.calls().stream()
        .mapToInt(c -> c instanceof IoSubmit submit ? submit.requests().size() : 0)
        .max()
        .orElse(0);
  }

  /** Chunks of the requests of each io_submit. */
  private static List<Supplier<Script>> requests(Script script, int chunk) {
    List<Supplier<Script>> cuts = new ArrayList<>();
    List<ScriptProcess> processes = script.processes();
    for (int p = 0; p < processes.size(); p++) {
      List<Call> calls = processes.get(p).calls();
      for (int i = 0; i < calls.size(); i++) {
        if (calls.get(i) instanceof IoSubmit submit) {
          for (int from = 0; from < submit.requests().size(); from += chunk) {
            int process = p;
            int at = i;
            List<Request> left = new ArrayList<>(submit.requests());
            left.subList(from, Math.min(from + chunk, left.size())).clear();
            cuts.add(() -> script.with(process, set(calls, at, new IoSubmit(submit.ctx(), left))));
          }
        }
      }
    }
    return cuts;
  }

  private static List<Call> set(List<Call> calls, int at, Call call) {
    List<Call> changed = new ArrayList<>(calls);
    changed.set(at, call);
    return changed;
  }

  // ---- lengths and offsets ----

  /** A change of all transfers at once, then of each. */
  private static List<Supplier<Script>> transfers(Script script, UnaryOperator<Transfer> change) {
    List<Supplier<Script>> cuts = new ArrayList<>();
    cuts.add(() -> changed(script, change));
    int[] transfers = {0};
    changed(
        script,
        t -> {
          transfers[0]++;
          return t;
        });
    for (int i = 0; i < transfers[0]; i++) {
      int at = i;
      cuts.add(
          () -> {
            int[] place = {0};
            return changed(script, t -> place[0]++ == at ? change.apply(t) : t);
          });
    }
    return cuts;
  }

  private static Script changed(Script script, UnaryOperator<Transfer> change) {
    return new Script(changed(script.root(), change));
  }

  private static ScriptProcess changed(ScriptProcess process, UnaryOperator<Transfer> change) {
    List<Call> calls = new ArrayList<>(process.calls().size());
    for (Call call : process.calls()) {
      if (call instanceof Transfer transfer) {
        calls.add(change.apply(transfer));
      } else if (call instanceof IoSubmit submit) {
        calls.add(changed(submit, change));
      } else {
        calls.add(call instanceof Fork f ? f.with(changed(f.child(), change)) : call);
      }
    }
    return new ScriptProcess(process.comm(), calls);
  }

  private static IoSubmit changed(IoSubmit submit, UnaryOperator<Transfer> change) {
    return new IoSubmit(
        submit.ctx(),
        submit.requests().stream()
            .map(r -> new Request(r.name(), change.apply(r.transfer())))
            .toList());
  }

  /** O_DIRECT needs whole pages or sectors: what has them keeps them. */
  private static long unit(long bytes) {
    return bytes % PAGE == 0 ? PAGE : bytes % SECTOR == 0 ? SECTOR : 1;
  }

  private static long half(long bytes) {
    long unit = unit(bytes);
    return bytes / 2 / unit * unit;
  }

  private static Transfer shortest(Transfer t) {
    return t.at(t.offset(), Math.min(t.length(), unit(t.length())));
  }

  private static Transfer halved(Transfer t) {
    return t.at(t.offset(), Math.max(half(t.length()), Math.min(t.length(), unit(t.length()))));
  }

  /** All offsets less by whole pages, so that the first is in the first page. */
  private static List<Supplier<Script>> towardsTheStart(Script script) {
    long[] first = {Long.MAX_VALUE};
    changed(
        script,
        t -> {
          first[0] = t.form().positioned() ? Math.min(first[0], t.offset()) : first[0];
          return t;
        });
    long by = first[0] / PAGE * PAGE;
    return List.of(
        () -> changed(script, t -> t.form().positioned() ? t.at(t.offset() - by, t.length()) : t));
  }
}
