package diorama.kernel.sched;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import diorama.kernel.sched.Execution.Stop;
import diorama.kernel.sched.Step.Call;
import diorama.kernel.sched.Step.Waiting;
import diorama.kernel.sched.Step.Warn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The actor of a context: makes one call at a time and goes on with its answer.
 *
 * <p>Work that arrives while a step runs waits its turn, as a second interrupt does on one CPU.
 */
public final class ContextActor {
  /**
   * The mailbox of every context. It has a name of its own because an engine may have to tell the
   * calls of contexts from the answers of objects.
   */
  public static final MailboxSelector MAILBOX =
      MailboxSelector.fromConfig("diorama-mailbox.context");

  /** What a context is told. */
  public sealed interface Command {
    /** Handles the message: one virtual call, since a context gets half of all deliveries. */
    void handle(ContextActor context);
  }

  /** Runs a step when what runs now has finished. */
  public record Run(Step<?> work) implements Command {
    @Override
    public void handle(ContextActor context) {
      context.run(work);
    }
  }

  /** A signal arrived: an interruptible call ends early. */
  public record Signal(int number) implements Command {
    @Override
    public void handle(ContextActor context) {
      context.signal(number);
    }
  }

  /** The watchdog asks whether this context still moves; each tick is half of the timeout. */
  public record Probe(Watch watch) implements Command {
    @Override
    public void handle(ContextActor context) {
      context.probe(watch);
    }
  }

  /** Which of the two watchdogs asks. */
  public enum Watch {
    HUNG_TASK,
    SOFT_LOCKUP
  }

  private record Answer(@Nullable Object value) implements Command {
    static final Answer DONE = new Answer(Done.DONE);

    @Override
    public void handle(ContextActor context) {
      context.answered(value, 0);
    }
  }

  private record Woken(@Nullable Object value) implements Command {
    @Override
    public void handle(ContextActor context) {
      context.answered(value, context.host.wakeup().draw(context.chance));
    }
  }

  private record Failed(Oops oops) implements Command {
    @Override
    public void handle(ContextActor context) {
      context.failed(oops);
    }
  }

  private record GoOn(@Nullable Object value) implements Command {
    @Override
    public void handle(ContextActor context) {
      context.goOn(value);
    }
  }

  private final ActorContext<Command> actor;
  private final Host host;
  private final Context context;
  private final Execution execution;
  private final ActorRef<Command> self;
  private final @Nullable Function<Oops, Step<?>> afterOops;
  private final ArrayDeque<Step<?>> pending = new ArrayDeque<>();
  private final Caller<Object> caller;
  private final Chance chance;

  private boolean busy;
  private boolean awaitingAnswer;
  private boolean dead;
  private long calls;
  private final long[] probedCalls = {-1, -1};
  private final boolean[] reported = new boolean[2];

  private ContextActor(
      ActorContext<Command> actor,
      Host host,
      Context context,
      @Nullable Function<Oops, Step<?>> afterOops) {
    this.actor = actor;
    this.host = host;
    this.context = context;
    this.execution = new Execution(context);
    this.self = actor.getSelf();
    this.afterOops = afterOops;
    this.caller = new ActorCaller<>(self, context);
    this.chance = host.chance("wakeup " + context);
  }

  /**
   * A context with nothing to run.
   *
   * @param afterOops what a process still runs when it is killed by an oops ({@code do_exit}); null
   *     for contexts that simply never run again
   */
  public static Behavior<Command> create(
      Host host, Context context, @Nullable Function<Oops, Step<?>> afterOops) {
    return Behaviors.setup(
        actor -> {
          ContextActor self = new ContextActor(actor, host, context, afterOops);
          return Behaviors.receiveMessage(
              message -> {
                message.handle(self);
                return Behaviors.same();
              });
        });
  }

  private void run(Step<?> work) {
    if (!dead) {
      pending.add(work);
      if (!busy) {
        startNext();
      }
    }
  }

  private void startNext() {
    Step<?> work = pending.poll();
    busy = work != null;
    if (work != null) {
      proceed(work, null);
    }
  }

  private void answered(@Nullable Object value, long latency) {
    if (dead) {
      return;
    }
    if (!awaitingAnswer) {
      host.defect(context.toString(), new IllegalStateException("answered without a call"));
      return;
    }
    awaitingAnswer = false;
    if (latency > 0) {
      host.timers().after(actor, latency, self, new GoOn(value));
    } else {
      proceed(null, value);
    }
  }

  private void goOn(@Nullable Object value) {
    if (!dead) {
      proceed(null, value);
    }
  }

  /** Starts work, or goes on with an answer, up to the next point where somebody else is needed. */
  @SuppressWarnings("CatchingUnchecked")
  private void proceed(@Nullable Step<?> work, @Nullable Object answer) {
    Stop stop;
    try {
      stop = work != null ? execution.start(work) : execution.resume(answer);
    } catch (RuntimeException e) {
      dead = true;
      host.defect(context + " in " + execution.callTrace(), e);
      return;
    }
    switch (stop) {
      case CALL -> makeCall();
      case DELAY -> host.timers().after(actor, execution.delayNanos(), self, new GoOn(Done.DONE));
      case WARNING -> {
        warn(Objects.requireNonNull(execution.warning()));
        proceed(null, Done.DONE);
      }
      case OOPS -> die(Objects.requireNonNull(execution.oops()));
      case FINISHED -> startNext();
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private void makeCall() {
    Call call = Objects.requireNonNull(execution.call());
    if (call.waiting != Waiting.SPINNING && context.inInterrupt()) {
      sleepingInInterrupt(call.acquires);
    }
    if (call.acquires != null) {
      int news = context.wants(call.acquires);
      if (news != 0) {
        host.lockOrder(context, news, call.acquires, execution.callTrace());
      }
    }
    calls++;
    awaitingAnswer = true;
    call.object.tell(call.request.apply(caller));
    if (context.pendingSignal() != 0 && call.cancel != null) {
      call.object.tell(call.cancel.apply(caller));
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private void signal(int number) {
    context.addPendingSignal(number);
    Call call = execution.call();
    if (awaitingAnswer && call != null && call.cancel != null) {
      call.object.tell(call.cancel.apply(caller));
    }
  }

  private void failed(Oops oops) {
    awaitingAnswer = false;
    if (!dead) {
      die(oops);
    }
  }

  private void die(Oops oops) {
    List<String> trace = new ArrayList<>(oops.innerFunctions());
    trace.addAll(execution.callTrace());
    boolean panic = context.inInterrupt();
    List<String> lines = new ArrayList<>();
    lines.add("------------[ cut here ]------------");
    lines.add(oops.headline());
    lines.add(oops.dieText() + " [#1]");
    lines.add("EIP is at " + (trace.isEmpty() ? "?" : trace.get(0)));
    lines.add("Process " + context.comm() + " (pid: " + context.pid() + ")");
    lines.add("Call Trace:");
    for (String function : trace) {
      lines.add(" " + function);
    }
    if (panic) {
      lines.add("Kernel panic - not syncing: Fatal exception in interrupt");
    }
    host.report(panic ? Host.Report.PANIC : Host.Report.OOPS, context, trace, lines);
    if (panic || afterOops == null) {
      dead = true;
      pending.clear();
    } else {
      proceed(afterOops.apply(oops), null);
    }
  }

  /** {@code __warn}, kernel/panic.c (4.14). */
  private void warn(Warn warning) {
    List<String> trace = execution.callTrace();
    List<String> lines = new ArrayList<>();
    lines.add("------------[ cut here ]------------");
    lines.add(
        "WARNING: CPU: 0 PID: "
            + context.pid()
            + " at "
            + warning.file
            + (warning.line == 0 ? "" : ":" + warning.line)
            + (trace.isEmpty() ? "" : " " + trace.get(0)));
    lines.add("Call Trace:");
    trace.forEach(f -> lines.add(" " + f));
    host.report(Host.Report.WARNING, context, trace, lines);
  }

  /** {@code ___might_sleep}, kernel/sched/core.c (4.14). */
  private void sleepingInInterrupt(@Nullable LockClass wanted) {
    List<String> trace = execution.callTrace();
    List<String> lines = new ArrayList<>();
    lines.add(
        "BUG: sleeping function called from invalid context"
            + (wanted == null ? "" : " at " + wanted.mightSleepIn()));
    lines.add("in_atomic(): 1, irqs_disabled(): 1, pid: 0, name: swapper/" + context.pid());
    lines.add("Call Trace:");
    trace.forEach(f -> lines.add(" " + f));
    host.report(Host.Report.SLEEPING_IN_INTERRUPT, context, trace, lines);
  }

  /**
   * Reports a context that made no call between two probes although it waits.
   *
   * <p>A task in interruptible sleep waits for the outside and is never hung.
   */
  private void probe(Watch watch) {
    int w = watch.ordinal();
    Call<?, ?> call = execution.call();
    boolean waits =
        awaitingAnswer
            && call != null
            && (watch == Watch.SOFT_LOCKUP
                ? call.waiting == Waiting.SPINNING
                : call.waiting == Waiting.UNINTERRUPTIBLE);
    if (!waits || dead) {
      probedCalls[w] = -1;
      reported[w] = false;
    } else if (probedCalls[w] != calls) {
      probedCalls[w] = calls;
      reported[w] = false;
    } else if (!reported[w]) {
      reported[w] = true;
      List<String> trace = execution.callTrace();
      List<String> lines = new ArrayList<>();
      if (watch == Watch.SOFT_LOCKUP) {
        lines.add("BUG: soft lockup detected on CPU#0!");
      } else {
        lines.add("INFO: task " + context.comm() + ":" + context.pid() + " blocked in D state");
      }
      LockClass wanted = call == null ? null : call.acquires;
      if (wanted != null && !wanted.spins()) {
        lines.add("waits for: " + wanted.kernelName());
      }
      if (context.heldLocks() != 0) {
        lines.add("holds: " + String.join(", ", context.heldLockNames()));
      }
      trace.forEach(f -> lines.add(" " + f));
      host.report(
          watch == Watch.SOFT_LOCKUP ? Host.Report.SOFT_LOCKUP : Host.Report.HUNG_TASK,
          context,
          trace,
          lines);
    }
  }

  private record ActorCaller<R>(ActorRef<Command> self, Context context) implements Caller<R> {
    @Override
    public void answer(R value) {
      self.tell(value == Done.DONE ? Answer.DONE : new Answer(value));
    }

    @Override
    public void wake(R value) {
      self.tell(new Woken(value));
    }

    @Override
    public void oops(Oops oops) {
      self.tell(new Failed(oops));
    }
  }
}
