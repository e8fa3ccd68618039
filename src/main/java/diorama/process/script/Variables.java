package diorama.process.script;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.forEach;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;
import diorama.process.Environment;
import diorama.process.Iocb;
import diorama.process.Operation;
import diorama.process.SystemCallInterface;
import diorama.process.script.AioCall.Request;
import diorama.process.script.FileCall.Transfer;
import diorama.process.script.ProcessCall.Fork;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One process of a script while it runs, with what its variables hold. Touched by its own context
 * only; a child begins with a copy.
 */
public final class Variables {
  private final SystemCallInterface sys;
  private final Environment environment;
  private final Script script;
  private final ScriptProcess process;
  private final Map<Ref, Long> values;
  private final Map<Ref, Iocb> iocbs;
  private final Set<Ref> direct;
  private final Map<Ref, Long> eventsToCome = new HashMap<>();
  private long requests;
  private int children;

  private Variables(
      SystemCallInterface sys,
      Environment environment,
      Script script,
      ScriptProcess process,
      Map<Ref, Long> values,
      Map<Ref, Iocb> iocbs,
      Set<Ref> direct) {
    this.sys = sys;
    this.environment = environment;
    this.script = script;
    this.process = process;
    this.values = values;
    this.iocbs = iocbs;
    this.direct = direct;
  }

  /** Runs the first process of a script. */
  static Step<Integer> run(Script script, SystemCallInterface sys, Environment environment) {
    return new Variables(
            sys,
            environment,
            script,
            script.root(),
            new HashMap<>(),
            new HashMap<>(),
            new HashSet<>())
        .run();
  }

  /** All calls in order, but for those that need what an earlier one did not get. */
  private Step<Integer> run() {
    Scope those = used -> values.containsKey(used) ? used : null;
    return forEach(
            process.calls(),
            call -> {
              Call possible = call.resolved(those);
              return possible == null ? done() : possible.run(this);
            })
        .then(this::waitForChildren)
        .then(() -> done(0));
  }

  private Step<Done> waitForChildren() {
    return loop(
        () -> children == 0 ? done(false) : waitpid(null).map(r -> r.pid() != -Errno.ECHILD));
  }

  SystemCallInterface sys() {
    return sys;
  }

  /** What this process stamps its writes with; its place in the script is its number. */
  LongSupplier stamps() {
    return environment.stamps().of(place());
  }

  @SuppressWarnings("ReferenceEquality") // Two processes may do the same and are two.
  private int place() {
    List<ScriptProcess> all = script.processes();
    int place = 0;
    while (all.get(place) != process) {
      place++;
    }
    return place;
  }

  // ---- what variables hold ----

  /** Keeps what a call returned, unless it is an error. */
  Done returned(Ref ref, long value) {
    if (value >= 0) {
      values.put(ref, value);
    }
    return Done.DONE;
  }

  /** Keeps a descriptor. */
  Done opened(Ref fd, int number, boolean withDirect) {
    if (withDirect) {
      direct.add(fd);
    }
    return returned(fd, number);
  }

  private long value(Ref ref) {
    Long value = values.get(ref);
    if (value == null) {
      throw new IllegalStateException("nothing is in " + ref);
    }
    return value;
  }

  int descriptor(Ref fd) {
    return Math.toIntExact(value(fd));
  }

  int child(Ref pid) {
    return Math.toIntExact(value(pid));
  }

  /** Where a mapping begins. */
  long map(Ref map) {
    return value(map);
  }

  long context(Ref ctx) {
    return value(ctx);
  }

  // ---- asynchronous requests ----

  /** A request with an {@code aio_data} of its own. */
  Iocb prepared(Request request) {
    Iocb iocb = request.transfer().iocb(this, ++requests);
    Ref name = request.name();
    if (name != null) {
      iocbs.put(name, iocb);
      values.put(name, requests);
    }
    return iocb;
  }

  Iocb iocb(Ref name) {
    Iocb iocb = iocbs.get(name);
    if (iocb == null) {
      throw new IllegalStateException("nothing is in " + name);
    }
    return iocb;
  }

  /**
   * How many events this process can still get from a context: of what it submitted itself, and of
   * all that the threads that share the context submit at some time.
   */
  long eventsToCome(Ref ctx) {
    return eventsToCome.computeIfAbsent(ctx, this::requestsOfOthers);
  }

  private long requestsOfOthers(Ref ctx) {
    long all = script.processes().stream().mapToLong(p -> p.requests(ctx)).sum();
    return all - process.requests(ctx);
  }

  Done submitted(Ref ctx, long accepted) {
    eventsToCome.put(ctx, eventsToCome(ctx) + Math.max(0, accepted));
    return Done.DONE;
  }

  Done collected(Ref ctx, long events) {
    eventsToCome.put(ctx, Math.max(0, eventsToCome(ctx) - Math.max(0, events)));
    return Done.DONE;
  }

  // ---- processes ----

  /** A child with what the variables hold now. */
  Step<Done> fork(Fork fork) {
    Map<Ref, Long> inherited = new HashMap<>(values);
    Map<Ref, Iocb> inheritedIocbs = new HashMap<>(iocbs);
    Set<Ref> inheritedDirect = new HashSet<>(direct);
    Function<SystemCallInterface, Step<Integer>> main =
        child ->
            new Variables(
                    child,
                    environment,
                    script,
                    fork.child(),
                    inherited,
                    inheritedIocbs,
                    inheritedDirect)
                .run();
    String comm = fork.child().comm();
    return (fork.thread() ? sys.clone(comm, main) : sys.fork(comm, main))
        .map(
            pid -> {
              children += pid > 0 ? 1 : 0;
              return returned(fork.pid(), pid);
            });
  }

  /** Waits for a child, for any with null. */
  Step<WaitResult> waitpid(@Nullable Ref child) {
    return sys.waitpid(child == null ? -1 : child(child))
        .map(
            result -> {
              children -= result.pid() > 0 ? 1 : 0;
              return result;
            });
  }

  // ---- what is counted ----

  void count(boolean aio, Transfer transfer) {
    String name = Operation.name(aio, direct.contains(transfer.fd()), transfer.form().writes());
    environment.log().operation(name, 1);
  }

  void countSync() {
    count(Operation.FSYNC);
  }

  void count(String operation) {
    environment.log().operation(operation, 1);
  }
}
