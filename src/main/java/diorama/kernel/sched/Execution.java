package diorama.kernel.sched;

import diorama.kernel.sched.Step.Call;
import diorama.kernel.sched.Step.Current;
import diorama.kernel.sched.Step.Delay;
import diorama.kernel.sched.Step.Die;
import diorama.kernel.sched.Step.Function0;
import diorama.kernel.sched.Step.Loop;
import diorama.kernel.sched.Step.Then;
import diorama.kernel.sched.Step.Value;
import diorama.kernel.sched.Step.Warn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one context up to the next call, as a CPU runs a thread up to the next point
 * where it depends on somebody else.
 *
 * <p>The stack holds what comes after the running step; function names lie on it between the
 * continuations, so the Call Trace of an oops is this stack and nothing else. Depth is bounded by
 * the nesting of kernel functions, not by the number of steps. Not thread-safe: its context's actor
 * alone uses it.
 */
public final class Execution {
  private static final int FIRST_STACK = 64;

  private final Context context;
  private Object[] stack = new Object[FIRST_STACK];
  private int depth;
  private @Nullable Step<?> next;

  /** An execution with nothing to run yet. */
  public Execution(Context context) {
    this.context = context;
  }

  /** Why the execution stopped running. */
  public enum Stop {
    /** A {@link Call} is to be made; see {@link #call}. */
    CALL,
    /** A {@link Delay} is to be taken; see {@link #delayNanos}. */
    DELAY,
    /** Kernel code ran into BUG(); see {@link #oops}. */
    OOPS,
    /** Kernel code ran into WARN_ON(), and goes on; see {@link #warning}. */
    WARNING,
    /** There is nothing left to run. */
    FINISHED
  }

  private @Nullable Call<?, ?> call;
  private long delayNanos;
  private @Nullable Oops oops;
  private @Nullable Warn warning;

  /** Starts a step on an empty stack; whatever was on it is forgotten. */
  public Stop start(Step<?> step) {
    Arrays.fill(stack, 0, depth, null);
    depth = 0;
    call = null;
    next = step;
    return run();
  }

  /** The answer of the call, or the end of the delay: the context goes on. */
  public Stop resume(@Nullable Object value) {
    Call<?, ?> answered = call;
    if (answered != null) {
      if (answered.acquires != null) {
        context.acquired(answered.acquires);
      }
      if (answered.releases != null) {
        context.released(answered.releases);
      }
      call = null;
    }
    return unwind(value) ? run() : Stop.FINISHED;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Stop run() {
    while (true) {
      Step<?> step = next;
      if (step instanceof Then then) {
        push(then.next);
        next = then.first;
      } else if (step instanceof Value value) {
        if (!unwind(value.value)) {
          return Stop.FINISHED;
        }
      } else if (step instanceof Call c) {
        call = c;
        return Stop.CALL;
      } else if (step instanceof Function0 function) {
        push(function.name);
        next = (Step<?>) function.body.get();
      } else if (step instanceof Loop loop) {
        push(loop);
        next = loop.body.get();
      } else if (step instanceof Current current) {
        next = (Step<?>) current.body.apply(context);
      } else if (step instanceof Delay delay) {
        delayNanos = delay.nanos;
        return Stop.DELAY;
      } else if (step instanceof Die die) {
        oops = die.oops;
        return Stop.OOPS;
      } else if (step instanceof Warn warn) {
        warning = warn;
        return Stop.WARNING;
      } else {
        throw new IllegalStateException("no step to run in " + context);
      }
    }
  }

  /** Hands a value to what comes after it; false when nothing does. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private boolean unwind(@Nullable Object value) {
    while (depth > 0) {
      Object top = stack[depth - 1];
      if (top instanceof Loop loop) {
        if (Boolean.TRUE.equals(value)) {
          next = loop.body.get();
          return true;
        }
        pop();
        value = Done.DONE;
      } else if (top instanceof String) {
        pop();
      } else {
        pop();
        next = (Step<?>) ((Function) top).apply(value);
        return true;
      }
    }
    next = null;
    return false;
  }

  private void push(Object frame) {
    if (depth == stack.length) {
      stack = Arrays.copyOf(stack, depth * 2);
    }
    stack[depth++] = frame;
  }

  private void pop() {
    stack[--depth] = null;
  }

  /** The call that is to be made or waited for, or null. */
  @Nullable Call<?, ?> call() {
    return call;
  }

  /** How long the delay lasts, in nanoseconds. */
  long delayNanos() {
    return delayNanos;
  }

  /** What killed the context. */
  @Nullable Oops oops() {
    return oops;
  }

  /** Where it was warned. */
  @Nullable Warn warning() {
    return warning;
  }

  /** The kernel functions entered and not left, innermost first. */
  public List<String> callTrace() {
    List<String> trace = new ArrayList<>();
    for (int i = depth - 1; i >= 0; i--) {
      if (stack[i] instanceof String name) {
        trace.add(name);
      }
    }
    return trace;
  }
}
